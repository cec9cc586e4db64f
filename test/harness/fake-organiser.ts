/** Sorting of the fake app's sessions: what is called is recorded, what it says is kept. */
import type { SessionSummary } from "../../src/app/app.ts";
import type { ForkResult, ForkTarget, ProjectSessions, SessionOrganiser } from "../../src/app/session-organiser.ts";
import type { AppError } from "../../src/lib/app-error.ts";
import { asMessageId, asSessionId, type MessageId, type SessionId } from "../../src/schema/ids.ts";

export interface FakeOrganiserParts {
  readonly record: (name: string, ...values: readonly string[]) => void;
  readonly updated: (id: SessionId) => void;
  /** Makes the session that the fork is; its id. */
  readonly fork: (id: SessionId, target: ForkTarget) => ForkResult;
}

export class FakeOrganiser implements SessionOrganiser {
  projects: readonly ProjectSessions[] = [];
  /** Why no other project can be opened. */
  projectProblem: AppError | null = null;
  readonly pinned = new Set<SessionId>();
  readonly archived = new Set<SessionId>();
  readonly tags = new Map<SessionId, readonly string[]>();
  readonly #parts: FakeOrganiserParts;

  constructor(parts: FakeOrganiserParts) {
    this.#parts = parts;
  }

  async pin(ids: readonly SessionId[]): Promise<SessionId[]> {
    return this.#each("pin", ids, (id) => !this.pinned.has(id) && this.pinned.add(id) !== undefined);
  }

  async unpin(ids: readonly SessionId[]): Promise<SessionId[]> {
    return this.#each("unpin", ids, (id) => this.pinned.delete(id));
  }

  async archive(ids: readonly SessionId[]): Promise<SessionId[]> {
    return this.#each("archive", ids, (id) => !this.archived.has(id) && this.archived.add(id) !== undefined);
  }

  async unarchive(ids: readonly SessionId[]): Promise<SessionId[]> {
    return this.#each("unarchive", ids, (id) => this.archived.delete(id));
  }

  async tag(ids: readonly SessionId[], tags: readonly string[]): Promise<SessionId[]> {
    return this.#each(`tag ${tags.join(" ")}`, ids, (id) => {
      this.tags.set(id, [...new Set([...this.tagsOf(id), ...tags])].toSorted());
      return true;
    });
  }

  async untag(ids: readonly SessionId[], tags: readonly string[]): Promise<SessionId[]> {
    return this.#each(`untag ${tags.join(" ")}`, ids, (id) => {
      this.tags.set(
        id,
        this.tagsOf(id).filter((tag) => !tags.includes(tag)),
      );
      return true;
    });
  }

  marksOf(id: SessionId): Pick<SessionSummary, "isPinned" | "isArchived" | "tags"> {
    return { isPinned: this.pinned.has(id), isArchived: this.archived.has(id), tags: this.tagsOf(id) };
  }

  listTags(): readonly string[] {
    return [...new Set([...this.tags.values()].flat())].toSorted();
  }

  tagsOf(id: SessionId): readonly string[] {
    return this.tags.get(id) ?? [];
  }

  listOtherProjects(): readonly ProjectSessions[] {
    return this.projects;
  }

  checkOtherProject(): void {
    if (this.projectProblem !== null) throw this.projectProblem;
  }

  findMessage(_id: SessionId, idOrPrefix: string): MessageId {
    return asMessageId(idOrPrefix);
  }

  async fork(id: SessionId, target: ForkTarget): Promise<ForkResult> {
    this.#parts.record("fork", id, JSON.stringify(target));
    return this.#parts.fork(id, target);
  }

  #each(name: string, ids: readonly SessionId[], change: (id: SessionId) => boolean): SessionId[] {
    this.#parts.record(name, ...ids);
    const changed = ids.filter(change);
    for (const id of changed) this.#parts.updated(asSessionId(id));
    return changed;
  }
}
