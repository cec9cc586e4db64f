import type { ModelEvent, Provider } from "../../src/providers/provider.ts";
import { asToolCallId } from "../../src/schema/ids.ts";
import { scriptedUsage } from "./app-place.ts";

export type HeldAnswer = "end" | "calls" | "failure";

/** A model that says a word and then waits until the test says how its step ends, a session at a time. */
export class HeldAnswers implements Provider {
  readonly text: string;
  readonly #changed: () => void;
  readonly #held = new Map<string, (answer: HeldAnswer) => void>();
  #calls = 0;

  constructor(text: string, changed: () => void) {
    this.text = text;
    this.#changed = changed;
  }

  isHeld(sessionId: string): boolean {
    return this.#held.has(sessionId);
  }

  release(sessionId: string, answer: HeldAnswer): void {
    this.#held.get(sessionId)?.(answer);
  }

  readonly stream: Provider["stream"] = (request, signal) => this.#answer(request.cacheKey, signal);

  async *#answer(sessionId: string, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    yield { type: "text-start", blockId: "0" };
    yield { type: "text-delta", blockId: "0", text: this.text };
    const { promise, resolve } = Promise.withResolvers<HeldAnswer | "aborted">();
    const abort = (): void => {
      resolve("aborted");
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    this.#held.set(sessionId, resolve);
    this.#changed();
    const answer = await promise;
    this.#held.delete(sessionId);
    if (answer === "aborted") {
      yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
    } else if (answer === "failure") {
      yield { type: "failure", failure: { kind: "auth", message: "wrong key", isRetryable: false } };
    } else {
      yield { type: "text-end", blockId: "0" };
      if (answer === "calls") yield* this.#call();
      yield { type: "finish", reason: answer === "calls" ? "tool_use" : "end_turn", usage: scriptedUsage };
    }
  }

  *#call(): Generator<ModelEvent> {
    this.#calls += 1;
    const toolCallId = asToolCallId(`call_${String(this.#calls)}`);
    yield { type: "tool-call-start", toolCallId, name: "ls" };
    yield { type: "tool-call-end", toolCallId, name: "ls", input: "{}" };
  }
}
