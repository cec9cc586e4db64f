import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";
import { convertInThread } from "./load-page-thread.ts";

const page = `<!doctype html><html><head><title>T</title><style>p{}</style></head>
<body><h1>Head</h1><p>Some <b>bold</b> &amp; <a href="/x">linked</a> text</p><ul><li>one</li></ul>
<script>evil()</script></body></html>`;

async function serve(listener: RequestListener): Promise<{ url: string; [Symbol.dispose](): void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answering(contentType: string, body: string | Buffer, status = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": contentType });
    response.end(body);
  };
}

describe("fetch", () => {
  it("asks with the address", async () => {
    await using project = new ToolProject();
    const call = await project.prepare("fetch", { url: "https://example.com/a?b=c", format: "text" });
    assert.ok(call.kind === "ready");
    assert.deepEqual(
      call.permissions.map(({ action, url }) => [action, url]),
      [["fetch", "https://example.com/a?b=c"]],
    );
  });

  it("turns pages into markdown, text or their body", async () => {
    await using project = new ToolProject();
    using server = await serve(answering("text/html; charset=utf-8", page));
    const fetched = async (format: string): Promise<string> => {
      return (await project.call("fetch", { url: server.url, format })).content;
    };
    const markdown = await fetched("markdown");
    assert.match(markdown, /^# Head\n\nSome \*\*bold\*\* & \[linked\]\(\/x\) text\n\n- +one$/);
    assert.match(await fetched("text"), /^Head\n+Some bold & linked text\n+one$/);
    assert.match(await fetched("html"), /^<html>\n<body>\n<h1>Head[\s\S]*<\/body>\n<\/html>$/);
  });

  it("gives other text as it is, in its character set", async () => {
    await using project = new ToolProject();
    using json = await serve(answering("application/json", '{"a":1}'));
    assert.equal((await project.call("fetch", { url: json.url })).content, '{"a":1}');
    using latin = await serve(answering("text/plain; charset=iso-8859-1", Buffer.from([0x66, 0xfc, 0x72])));
    assert.equal((await project.call("fetch", { url: latin.url })).content, "für");
    using broken = await serve(answering("text/plain; charset=utf-8", Buffer.from([0x66, 0xfc, 0x72])));
    assert.match((await project.call("fetch", { url: broken.url })).content, /not valid text/);
    using image = await serve(answering("image/png", Buffer.from([1, 2])));
    assert.match((await project.call("fetch", { url: image.url })).content, /image\/png/);
  });

  it("keeps what is too long for the model in a file, and reads 5 MB at most", async () => {
    await using project = new ToolProject();
    const long = "0123456789\n".repeat(20_000);
    using server = await serve(answering("text/plain", long));
    const { content } = await project.call("fetch", { url: server.url });
    const file = /all of it is in (\S+)\]/.exec(content)?.[1] ?? "";
    assert.equal(readFileSync(file, "utf8"), long);
    using endless = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      const more = (): void => {
        while (response.write("x".repeat(64 * 1024))) if (response.destroyed) return;
        response.once("drain", more);
      };
      more();
    });
    assert.match((await project.call("fetch", { url: endless.url })).content, /first 5242880 bytes/);
  });

  it("says so where a page can't be converted, and stops nothing meanwhile", async () => {
    await using project = new ToolProject();
    using server = await serve(answering("text/html", `<body>${"<b>".repeat(300_000)}x</body>`));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 10);
    const result = await project.call("fetch", { url: server.url });
    clearInterval(timer);
    assert.ok(result.isError && /can't be turned into markdown/.test(result.content));
    assert.ok(turns > 1);
    assert.match((await project.call("fetch", { url: server.url, format: "html" })).content, /^<html>\n<body>\n<b><b>/);
  });

  it("gives up on a page that takes too long", async () => {
    const task = { html: "<div>".repeat(20_000), format: "markdown" } as const;
    const { signal } = new AbortController();
    assert.deepEqual(await convertInThread(task, { signal, timeoutMs: 100 }), {
      kind: "failed",
      why: "it takes longer than 0.1 s",
    });
    const abort = new AbortController();
    const converting = convertInThread(task, { signal: abort.signal, timeoutMs: 60_000 });
    abort.abort();
    assert.deepEqual(await converting, { kind: "failed", why: "canceled" });
  });

  it("follows redirects on the same host only", async () => {
    await using project = new ToolProject();
    using server = await serve((request, response) => {
      const targets: Record<string, string> = { "/a": "/b", "/out": "http://localhost:1/secret", "/loop": "/loop" };
      const target = targets[request.url ?? ""];
      if (target === undefined) response.end("arrived");
      else response.writeHead(302, { location: target }).end();
    });
    assert.equal((await project.call("fetch", { url: `${server.url}/a` })).content, "arrived");
    assert.match(
      (await project.call("fetch", { url: `${server.url}/out` })).content,
      /another host: http:\/\/localhost:1/,
    );
    assert.match((await project.call("fetch", { url: `${server.url}/loop` })).content, /more than 10 times/);
  });

  it("reports failures, timeouts and cancellation as results", async () => {
    await using project = new ToolProject();
    using missing = await serve(answering("text/plain", "no", 404));
    assert.match((await project.call("fetch", { url: missing.url })).content, /status code: 404/);
    using silent = await serve(() => undefined);
    assert.match((await project.call("fetch", { url: silent.url, timeout: 0.1 })).content, /within 0\.1 s/);
    const abort = new AbortController();
    const call = await project.prepare("fetch", { url: silent.url }, { signal: abort.signal });
    assert.ok(call.kind === "ready");
    const running = call.run();
    abort.abort();
    assert.match((await running).content, /canceled/);
    const { url } = silent;
    silent[Symbol.dispose]();
    assert.match((await project.call("fetch", { url })).content, /Failed to fetch/);
  });

  it("refuses other kinds of addresses", async () => {
    await using project = new ToolProject();
    for (const url of ["file:///etc/passwd", "example.com", "ftp://x/y", "javascript:1", "http://"]) {
      assert.ok((await project.call("fetch", { url })).isError, url);
    }
  });
});
