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
  readonly aborted: string[] = [];
  readonly #ends: (() => void)[] = [];
  readonly provider: Provider;

  constructor(requestsMax: number, own?: number) {
    const providers = own === undefined ? {} : { [settings.id]: { requestsMax: own } };
    const gate = new RequestGate({ providers, options: { requestsMax } });
    const inner: Provider = { stream: (request, signal) => this.#answer(request, signal) };
    this.provider = gatedProviders(() => inner, gate)(settings);
  }

  /** Types of the events so far; `done` when it has ended. */
  async ask(
    session: string,
    { signal = new AbortController().signal, givesWay = false }: { signal?: AbortSignal; givesWay?: boolean } = {},
  ): Promise<Asked> {
    const asked: Asked = { types: [], done: Promise.resolve() };
    const request = { cacheKey: session, modelId: session, givesWay } as ModelRequest;
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

  async *#answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    this.sent.push(request.cacheKey);
    signal.addEventListener("abort", () => this.aborted.push(request.cacheKey));
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
  const canceled = await scene.ask("b", { signal: abort.signal });
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
  await scene.ask("a", { signal: abort.signal });
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

test("what gives way waits behind all others, whenever it came, and takes turns with its like", async () => {
  const scene = new Scene(1);
  await scene.ask("a");
  for (const session of ["t", "t", "u"]) await scene.ask(session, { givesWay: true });
  for (const session of ["b", "b"]) await scene.ask(session);
  for (let round = 0; round < 5; round += 1) await scene.end();
  assert.deepEqual(scene.sent, ["a", "b", "b", "t", "u", "t"]);
});

test("what gives way is aborted for a request that finds no place, the newest first", async () => {
  const scene = new Scene(2);
  await scene.ask("t", { givesWay: true });
  const newest = await scene.ask("u", { givesWay: true });
  await scene.ask("v", { givesWay: true });
  const asked = await scene.ask("a");
  assert.deepEqual([asked.types, scene.sent, scene.aborted], [[], ["t", "u", "a"], ["u"]]);
  await scene.ask("b");
  assert.deepEqual(
    [scene.sent, scene.aborted],
    [
      ["t", "u", "a", "b"],
      ["u", "t"],
    ],
  );
  assert.deepEqual((await scene.ask("c")).types, ["request-wait"]);
  for (let round = 0; round < 2; round += 1) await scene.end();
  await newest.done;
  assert.equal(scene.sent.length, 4, "those that were aborted gave their places back before, and not once more");
  await scene.end();
  await scene.end();
  assert.deepEqual(scene.sent.slice(4), ["c", "v"]);
});

test("what gives way keeps its place as long as there is another", async () => {
  const scene = new Scene(2);
  await scene.ask("t", { givesWay: true });
  await scene.ask("a");
  assert.deepEqual([scene.sent, scene.aborted], [["t", "a"], []]);
});
