import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleSettings } from "../../test/providers/sample-request.ts";
import { classifyFailure } from "./classify-failure.ts";
import { withPacedBody } from "./paced-body.ts";
import { SilentStreamError } from "./wire-errors.ts";

const encoder = new TextEncoder();

interface Source {
  readonly response: Response;
  readonly canceledWith: unknown[];
}

/** Chunks `0 `, `1 ` … as fast as they are read; `end` says what comes after the last one. */
function sourceOf(count: number, end: "close" | "error" | "nothing" = "close"): Source {
  const canceledWith: unknown[] = [];
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (next < count) controller.enqueue(encoder.encode(`${next++} `));
      else if (end === "close") controller.close();
      else if (end === "error") controller.error(new Error("the connection was lost"));
      else await Promise.withResolvers<void>().promise;
    },
    cancel: (reason) => {
      canceledWith.push(reason);
    },
  });
  return {
    response: new Response(body, { status: 201, headers: { "content-type": "text/event-stream" } }),
    canceledWith,
  };
}

/** So many that the test would not end in time if each waited for itself. */
const many = 2000;

test("every byte arrives, in order, with status and headers", async () => {
  const paced = withPacedBody(sourceOf(many).response);
  assert.equal(paced.status, 201);
  assert.equal(paced.headers.get("content-type"), "text/event-stream");
  assert.equal(await paced.text(), Array.from({ length: many }, (_, index) => `${index} `).join(""));
});

test("what breaks the stream is thrown after what came before it", async () => {
  const paced = withPacedBody(sourceOf(22, "error").response);
  const reader = paced.body?.getReader();
  let text = "";
  await assert.rejects(async () => {
    for (;;) text += new TextDecoder().decode((await reader?.read())?.value);
  }, /the connection was lost/);
  assert.equal(text, Array.from({ length: 22 }, (_, index) => `${index} `).join(""));
});

test("a reader that gives up, also while more gathers, is told to the server's side", async () => {
  for (const reads of [3, 20, 21]) {
    const { response, canceledWith } = sourceOf(40, "nothing");
    const reader = withPacedBody(response).body?.getReader();
    for (let read = 0; read < reads; read++) await reader?.read();
    await reader?.cancel("enough");
    assert.deepEqual(canceledWith, ["enough"]);
  }
});

test("a server that falls silent breaks the stream, as a connection does that is worth another try", async (t) => {
  // Stands for the open connection, which keeps the process alive: the limit's own timer does not.
  const connection = setInterval(() => undefined, 1_000);
  t.after(() => {
    clearInterval(connection);
  });
  for (const count of [3, 25]) {
    const { response, canceledWith } = sourceOf(count, "nothing");
    const error = await withPacedBody(response, 20)
      .text()
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof SilentStreamError);
    assert.deepEqual(canceledWith, [error]);
    const failure = classifyFailure(error, {
      settings: sampleSettings({}),
      modelId: "m",
      isAborted: false,
      isAnswered: true,
    });
    assert.deepEqual([failure.kind, failure.isRetryable], ["network", true]);
    assert.match(failure.message, /fell silent/u);
  }
});

test("a server is given all the time that it takes to begin", async () => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      setTimeout(() => {
        controller.enqueue(encoder.encode("at last"));
        controller.close();
      }, 40);
    },
  });
  assert.equal(await withPacedBody(new Response(body), 5).text(), "at last");
});

test("an answer without a body is left alone", () => {
  const response = new Response(null, { status: 204 });
  assert.equal(withPacedBody(response), response);
});
