import { setImmediate } from "node:timers/promises";

/** How long more of a fast stream is left to gather: it is not seen sooner, a frame takes as long. */
const gatherMs = 50;
/** Chunks that are handed over as they come, so that a short answer is not held up. */
const promptChunksMax = 20;

type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;

/**
 * The same response, whose body, once it has gone on for a while, is looked for at most each 50 ms: what the runtime does
 * for a chunk costs more than what is done with its few bytes. What is there by then is handed over whole.
 */
export function withPacedBody(response: Response): Response {
  if (response.body === null) return response;
  const source = new PacedSource(response.body);
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => source.pull(controller),
    cancel: async (reason) => source.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

class PacedSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #chunkCount = 0;
  /** A chunk that was asked for and had not come. */
  #pending: Promise<Chunk> | null = null;
  #stopGathering: () => void = () => undefined;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const isPaced = this.#chunkCount >= promptChunksMax;
    if (isPaced) await this.#gather();
    let chunk: Chunk | null = await this.#next();
    while (chunk !== null) {
      if (chunk.done) {
        controller.close();
        return;
      }
      this.#chunkCount += 1;
      controller.enqueue(chunk.value);
      chunk = isPaced ? await this.#nextAtHand() : null;
    }
  }

  async cancel(reason: unknown): Promise<void> {
    this.#stopGathering();
    await this.#reader.cancel(reason);
  }

  async #next(): Promise<Chunk> {
    const pending = this.#pending ?? this.#reader.read();
    this.#pending = null;
    return pending;
  }

  /** Null where none is there yet. */
  async #nextAtHand(): Promise<Chunk | null> {
    const pending = this.#reader.read();
    const chunk = await Promise.race([pending, setImmediate(null)]);
    if (chunk !== null) return chunk;
    this.#pending = pending;
    // Its failure is seen where it is waited for.
    pending.catch(() => undefined);
    return null;
  }

  async #gather(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, gatherMs);
    this.#stopGathering = resolve;
    await promise;
    clearTimeout(timer);
  }
}
