/** How sessions are looked at, in memory. */
import type { SessionViews } from "../../src/app/views.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { BinaryPart } from "../../src/schema/message.ts";

export class FakeViews implements SessionViews {
  numbers: readonly (SessionId | null)[] = [];
  readonly saved = new Map<SessionId, string>();
  readonly attached = new Map<SessionId, readonly BinaryPart[]>();
  readonly #title: (sessionId: SessionId) => string;

  constructor(title: (sessionId: SessionId) => string) {
    this.#title = title;
  }

  read(sessionId: SessionId): string | null {
    return this.saved.get(sessionId) ?? null;
  }

  async save(sessionId: SessionId, view: string, numbered: readonly (SessionId | null)[] | null): Promise<void> {
    this.numbers = numbered ?? this.numbers;
    this.saved.delete(sessionId);
    this.saved.set(sessionId, view);
  }

  attachments(sessionId: SessionId): readonly BinaryPart[] {
    return this.attached.get(sessionId) ?? [];
  }

  async saveAttachments(sessionId: SessionId, attachments: readonly BinaryPart[]): Promise<void> {
    this.attached.set(sessionId, attachments);
  }

  recent(limit: number): ReturnType<SessionViews["recent"]> {
    return [...this.saved.keys()]
      .toReversed()
      .slice(0, limit)
      .map((id) => ({ id, title: this.title(id) }));
  }

  numbered(): ReturnType<SessionViews["numbered"]> {
    return this.numbers.map((id) => (id === null ? null : { id, title: this.title(id) }));
  }

  unseenEnds(): ReturnType<SessionViews["unseenEnds"]> {
    return [];
  }

  title(sessionId: SessionId): string {
    return this.#title(sessionId);
  }
}
