/** A queue in memory: prompts run one after the other as the fake app's turns end. */
import type { PromptInput, TurnOutcome } from "../../src/app/prompt.ts";
import type { SendOptions, SessionQueue } from "../../src/app/queue.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { FinishReason } from "../../src/schema/message.ts";
import type { QueuedKind, QueuedPrompt } from "../../src/schema/queued-prompt.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";

export interface FakeQueueParts {
  readonly emit: (event: SessionEvent) => void;
  readonly watch: (listener: (event: SessionEvent) => void) => void;
  readonly runningSessions: () => readonly SessionId[];
  readonly sendPrompt: (sessionId: SessionId, prompt: PromptInput) => Promise<TurnOutcome>;
}

export class FakeQueue implements SessionQueue {
  readonly #parts: FakeQueueParts;
  #prompts: QueuedPrompt[] = [];
  #number = 0;

  constructor(parts: FakeQueueParts) {
    this.#parts = parts;
    parts.watch((event) => {
      // The turn itself is told after the watchers.
      if (event.type === "turn-end") queueMicrotask(() => this.#ended(event.sessionId, event.reason));
    });
  }

  list(sessionId: SessionId): readonly QueuedPrompt[] {
    return this.#prompts.filter((prompt) => prompt.sessionId === sessionId);
  }

  paused(): readonly SessionId[] {
    return this.#prompts.filter(({ state }) => state === "paused").map(({ sessionId }) => sessionId);
  }

  ownCount(): number {
    return this.#prompts.filter(({ state }) => state === "waiting").length;
  }

  async add(sessionId: SessionId, { text, attachments }: PromptInput, kind: QueuedKind): Promise<void> {
    this.#number += 1;
    const prompt: QueuedPrompt = {
      id: `queued-${String(this.#number)}`,
      sessionId,
      kind,
      text,
      attachments,
      state: "waiting",
      origin: null,
    };
    const steering = this.#prompts.filter((other) => other.kind === "steering");
    const others = this.#prompts.filter((other) => other.kind !== "steering");
    this.#prompts = kind === "steering" ? [...steering, prompt, ...others] : [...this.#prompts, prompt];
    this.#changed(sessionId);
    this.#next(sessionId);
  }

  async edit(id: string, text: string): Promise<boolean> {
    return this.#change(id, (prompt) => ({ ...prompt, text }));
  }

  async remove(id: string): Promise<boolean> {
    return this.#change(id, () => null);
  }

  async setKind(id: string, kind: QueuedKind): Promise<boolean> {
    return this.#change(id, (prompt) => ({ ...prompt, kind }));
  }

  async move(id: string, place: number): Promise<boolean> {
    const prompt = this.#prompts.find((other) => other.id === id);
    if (prompt === undefined) return false;
    this.#prompts = this.#prompts.filter((other) => other !== prompt).toSpliced(place, 0, prompt);
    this.#changed(prompt.sessionId);
    return true;
  }

  async runNow(id: string): Promise<boolean> {
    const prompt = this.#prompts.find((other) => other.id === id);
    if (prompt === undefined) return false;
    const kind = this.#isRunning(prompt.sessionId) ? "steering" : prompt.kind;
    this.#change(id, (old) => ({ ...old, kind, state: "waiting" }));
    await this.move(id, 0);
    this.#next(prompt.sessionId);
    return true;
  }

  async resume(sessionId: SessionId): Promise<void> {
    this.#setState(sessionId, "waiting");
    this.#next(sessionId);
  }

  async takeOver(sessionId: SessionId): Promise<void> {
    this.#parts.emit({ type: "turn-end", sessionId, reason: "error", errorMessage: "Interrupted" });
  }

  async send(sessionId: SessionId, prompt: PromptInput, _options: SendOptions): Promise<TurnOutcome> {
    return this.#parts.sendPrompt(sessionId, prompt);
  }

  /** A turn of the session is over. */
  #ended(sessionId: SessionId, reason: FinishReason): void {
    if (reason === "error" || reason === "canceled") this.#setState(sessionId, "paused");
    else this.#next(sessionId);
  }

  /** As after a crash, or as another window left it. */
  put(prompt: QueuedPrompt): void {
    this.#prompts.push(prompt);
    this.#changed(prompt.sessionId);
  }

  #isRunning(sessionId: SessionId): boolean {
    return this.#parts.runningSessions().includes(sessionId);
  }

  #next(sessionId: SessionId): void {
    const head = this.list(sessionId).find(({ state }) => state === "waiting");
    if (head === undefined || this.#isRunning(sessionId)) return;
    this.#prompts = this.#prompts.filter((prompt) => prompt !== head);
    this.#changed(sessionId);
    this.#parts.sendPrompt(sessionId, head).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.put({ ...head, state: "paused" });
      this.#parts.emit({ type: "queue-stopped", sessionId, message, hint: "" });
    });
  }

  #setState(sessionId: SessionId, state: QueuedPrompt["state"]): void {
    this.#prompts = this.#prompts.map((prompt) => (prompt.sessionId === sessionId ? { ...prompt, state } : prompt));
    this.#changed(sessionId);
  }

  #change(id: string, change: (prompt: QueuedPrompt) => QueuedPrompt | null): boolean {
    const prompt = this.#prompts.find((other) => other.id === id);
    if (prompt === undefined) return false;
    this.#prompts = this.#prompts.flatMap((other) => (other === prompt ? (change(prompt) ?? []) : [other]));
    this.#changed(prompt.sessionId);
    return true;
  }

  #changed(sessionId: SessionId): void {
    this.#parts.emit({ type: "queue-changed", sessionId });
  }
}
