import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeProvider } from "../../test/harness/fake-facts.ts";
import type { ModelEvent, Provider } from "../providers/provider.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import { gatedProviders, RequestGate } from "./request-gate.ts";

const settings = fakeProvider();

/** Requests in the order in which the provider got them; each ends when the test says so. */
class Scene {
  readonly sent: string[] = [];
  readonly #ends: (() => void)[] = [];
  readonly provider: Provider;

  constructor(requestsMax: number, own?: number) {
    const providers = own === undefined ? {} : { [settings.id]: { requestsMax: own } };
    const gate = new RequestGate({ providers, options: { requestsMax } });
    const inner: Provider = { stream: (request) => this.#answer(request) };
    this.provider = gatedProviders(() => inner, gate)(settings);
  }

  /** Types of the events so far; `done` when it has ended. */
  async ask(session: string, signal = new AbortController().signal): Promise<Asked> {
    const asked: Asked = { types: [], done: Promise.resolve() };
    const request = { cacheKey: session, modelId: session } as ModelRequest;
    const read = async (): Promise<void> => {
      for await (const event of this.provider.stream(request, signal)) asked.types.push(event.type);
    };
    asked.done = read();
    await settled();
    return asked;
  }

  async end(): Promise<void> {
    this.#ends.shift()?.();
    await settled();
  }

  async *#answer(request: ModelRequest): AsyncGenerator<ModelEvent> {
    this.sent.push(request.cacheKey);
    await new Promise<void>((resolve) => {
      this.#ends.push(resolve);
    });
    yield { type: "finish", reason: "end_turn", usage: null };
  }
}

interface Asked {
  readonly types: ModelEvent["type"][];
  done: Promise<void>;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test("what is within the limit is sent at once and says nothing of a wait", async () => {
  const scene = new Scene(2);
  const [one, two] = [await scene.ask("a"), await scene.ask("b")];
  assert.deepEqual(scene.sent, ["a", "b"]);
  await scene.end();
  await scene.end();
  await Promise.all([one.done, two.done]);
  assert.deepEqual([...one.types, ...two.types], ["finish", "finish"]);
});

test("the sessions take turns, however many requests one of them has waiting", async () => {
  const scene = new Scene(1);
  for (const session of ["a", "a", "a", "b", "c", "b"]) await scene.ask(session);
  for (let round = 0; round < 6; round += 1) await scene.end();
  assert.deepEqual(scene.sent, ["a", "a", "b", "c", "a", "b"]);
});

test("a request that waits says so, and says when it is sent", async () => {
  const scene = new Scene(1);
  await scene.ask("a");
  const waiting = await scene.ask("b");
  assert.deepEqual(waiting.types, ["request-wait"]);
  await scene.end();
  assert.deepEqual(waiting.types, ["request-wait", "request-start"]);
  await scene.end();
  await waiting.done;
  assert.deepEqual(waiting.types, ["request-wait", "request-start", "finish"]);
});

test("what is canceled while it waits is never sent and holds nobody up", async () => {
  const scene = new Scene(1);
  await scene.ask("a");
  const abort = new AbortController();
  const canceled = await scene.ask("b", abort.signal);
  await scene.ask("c");
  abort.abort();
  await canceled.done;
  assert.deepEqual(canceled.types, ["request-wait", "failure"]);
  await scene.end();
  assert.deepEqual(scene.sent, ["a", "c"]);
});

test("a canceled request gives its place back before its connection has ended", async () => {
  const scene = new Scene(1);
  const abort = new AbortController();
  await scene.ask("a", abort.signal);
  await scene.ask("b");
  abort.abort();
  await settled();
  assert.deepEqual(scene.sent, ["a", "b"]);
});

test("a provider's own limit goes before that of all", async () => {
  const scene = new Scene(1, 3);
  for (const session of ["a", "b", "c", "d"]) await scene.ask(session);
  assert.deepEqual(scene.sent, ["a", "b", "c"]);
});
