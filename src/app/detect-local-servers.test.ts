import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { detectLocalServers } from "./detect-local-servers.ts";
import type { LocalServerCandidate } from "./local-servers.ts";

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const json =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

const candidatesAt = (addresses: readonly string[]): LocalServerCandidate[] =>
  addresses.map((address, index) => ({ id: `server-${String(index)}`, name: "Server", type: "ollama", address }));

test("a server that lists models is found with them, free of charge; anything else is not", async (t) => {
  const asked: string[] = [];
  const good = await serve(t, (request, response) => {
    asked.push(request.url ?? "");
    json({ data: [{ id: "llama" }, { id: "qwen" }, { id: 7 }, null] })(request, response);
  });
  const elsewhere = await serve(t, json({ data: [{ id: "stolen" }] }));
  const others = await Promise.all([
    serve(t, json({ data: [] })),
    serve(t, json({ models: ["x"] })),
    serve(t, json([])),
    serve(t, json({ data: [{ id: "x" }] }, 500)),
    serve(t, (_request, response) => response.end("<html>")),
    serve(t, (_request, response) => response.writeHead(302, { location: `${elsewhere}/v1/models` }).end()),
  ]);
  const closed = "http://127.0.0.1:1";
  const found = await detectLocalServers(candidatesAt([good, ...others, closed]), 10_000);
  assert.deepEqual(
    found.map(({ provider, address }) => [provider.id, address, provider.baseUrl, provider.models.map(({ id }) => id)]),
    [["server-0", good, `${good}/v1`, ["llama", "qwen"]]],
  );
  const provider = found[0]?.provider;
  assert.deepEqual([provider?.apiKey, provider?.isFlatRate, provider?.defaultLargeModelId], ["", true, "llama"]);
  assert.deepEqual(asked, ["/v1/models"]);
});

test("one that never answers is not waited for", async (t) => {
  const silent = await serve(t, () => undefined);
  assert.deepEqual(await detectLocalServers(candidatesAt([silent]), 20), []);
});
