import type { SessionEvent } from "../schema/session-event.ts";

/** Hands events to whoever watches, in order. A watcher must not throw. */
export class EventHub {
  readonly #listeners = new Set<(event: SessionEvent) => void>();

  emit(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  watch(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
