import { setImmediate } from "node:timers/promises";
import { SilentStreamError } from "./wire-errors.ts";
import { joinDeltas } from "./joined-deltas.ts";

/** How long more of a stream is left to gather: it is not seen sooner, a frame takes as long. */
const gatherMs = 50;
/** The same of one that nobody can read along: what moves ten times a second still flows. */
const fastGatherMs = 100;
/** In bytes a millisecond, some 150 events a second: whoever waits for the last words of these is not held up. */
const fastRate = 30;
/** Chunks that are handed over as they come, so that a short answer is not held up. */
const promptChunksMax = 20;

/**
 * Models may think for many minutes behind their first event, and slow servers hold a whole tool call back; what has begun and
 * says nothing for so long is gone.
 */
const silenceMsMax = 20 * 60_000;

type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;

/**
 * The same response, whose body, once it has gone on for a while, is looked for at most each 50 ms (100 ms where much comes):
 * what the runtime does for a chunk costs more than what is done with its few bytes, and each time that the processor is
 * woken costs as much as the work that it then does. What is there by then is handed over whole, in as few events
 * as say the same. A body that has begun and then stays silent for `limitMs` breaks: a server or a network that is gone
 * without a word would otherwise be waited for without end.
 */
export function withPacedBody(response: Response, limitMs = silenceMsMax): Response {
  if (response.body === null) return response;
  const source = new PacedSource(response.body, limitMs);
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => source.pull(controller),
    cancel: async (reason) => source.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

class PacedSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #silenceMsMax: number;
  #chunkCount = 0;
  #gatherMs = gatherMs;
  /** A chunk that was asked for and had not come. */
  #pending: Promise<Chunk> | null = null;
  #stopGathering: () => void = () => undefined;

  constructor(body: ReadableStream<Uint8Array>, limitMs: number) {
    this.#reader = body.getReader();
    this.#silenceMsMax = limitMs;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#chunkCount >= promptChunksMax) {
      await this.#gather();
      await this.#pullAtHand(controller);
      return;
    }
    const chunk = await this.#next();
    this.#chunkCount += 1;
    if (chunk.done) controller.close();
    else controller.enqueue(chunk.value);
  }

  async #pullAtHand(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const pieces: Uint8Array[] = [];
    let chunk: Chunk | null = await this.#next();
    while (chunk?.done === false) {
      pieces.push(chunk.value);
      chunk = await this.#nextAtHand();
    }
    const batch = Buffer.concat(pieces);
    this.#gatherMs = batch.length > fastRate * this.#gatherMs ? fastGatherMs : gatherMs;
    if (batch.length > 0) controller.enqueue(withJoinedDeltas(batch));
    if (chunk !== null) controller.close();
  }

  async cancel(reason: unknown): Promise<void> {
    this.#stopGathering();
    await this.#reader.cancel(reason);
  }

  async #next(): Promise<Chunk> {
    const pending = this.#pending ?? this.#reader.read();
    this.#pending = null;
    return this.#chunkCount === 0 ? pending : this.#unlessSilent(pending);
  }

  async #unlessSilent(pending: Promise<Chunk>): Promise<Chunk> {
    const { promise: silent, reject } = Promise.withResolvers<never>();
    let hasCome = false;
    const giveUp = async (): Promise<void> => {
      // After a sleep of the machine the timer may be due before what lies in the socket has been looked at.
      await setImmediate();
      if (hasCome) return;
      const error = new SilentStreamError();
      reject(error);
      // Ends the connection; a reader that can't be told any more is gone anyway.
      await this.#reader.cancel(error).catch(() => undefined);
    };
    const timer = setTimeout(() => void giveUp(), this.#silenceMsMax);
    timer.unref();
    try {
      return await Promise.race([pending, silent]);
    } finally {
      hasCome = true;
      clearTimeout(timer);
    }
  }

  /** Null where none is there yet. A failure is thrown by the next one that is waited for, behind what came before it. */
  async #nextAtHand(): Promise<Chunk | null> {
    const pending = this.#reader.read();
    const chunk = await Promise.race([pending, setImmediate(null)]).catch(() => null);
    if (chunk !== null) return chunk;
    this.#pending = pending;
    pending.catch(() => undefined);
    return null;
  }

  async #gather(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#gatherMs);
    this.#stopGathering = resolve;
    await promise;
    clearTimeout(timer);
  }
}

function withJoinedDeltas(events: Buffer): Uint8Array {
  return Buffer.from(joinDeltas(events.toString("latin1")), "latin1");
}
