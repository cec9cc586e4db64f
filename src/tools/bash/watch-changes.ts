import path from "node:path";
import { contentHash } from "../../lib/content-hash.ts";
import { isInside } from "../../lib/real-path.ts";
import { decodeText } from "../text-content.ts";
import type { ToolContext } from "../tool.ts";
import { type FileShot, readStamp, shootFile, shootFiles } from "./file-snapshot.ts";
import { type GitState, pathsBetween, readCommitted, readGitState } from "./git-state.ts";

/** Files that get versions; the others are listed by name, up to a bound as well. */
const changesMax = 200;
const namesMax = 1000;
/** Files looked at before a command. Where more are dirty, something is being generated. */
const watchedMax = 2000;

interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What was found to differ: with its texts, or by name only. */
interface Difference {
  readonly changes: readonly Change[];
  readonly unkept: readonly string[];
}

/**
 * What a command does to files: those that the session has read or changed and those that git shows are compared before
 * and after it. A file that git knew to be clean before has its content in the commit, so nothing of it is read ahead.
 */
export class ChangeWatch {
  readonly #context: ToolContext;
  readonly #git: GitState | undefined;
  readonly #shots: ReadonlyMap<string, FileShot>;

  private constructor(context: ToolContext, git: GitState | undefined, shots: ReadonlyMap<string, FileShot>) {
    this.#context = context;
    this.#git = git;
    this.#shots = shots;
  }

  static async start(context: ToolContext): Promise<ChangeWatch> {
    const git = await readGitState(context);
    const dirty = Array.from(git?.dirty ?? [], (name) => path.join(context.projectRoot, name));
    const files = new Set([...context.files.knownPaths(), ...dirty].filter((file) => isWatched(file, context)));
    return new ChangeWatch(context, git, await shootFiles([...files].slice(0, watchedMax)));
  }

  /**
   * Records what differs now. Once, when the command is over. What the session knows to be so already was done by another
   * call meanwhile, which a command in the background lets happen.
   */
  async finish(): Promise<void> {
    const { files } = this.#context;
    const difference = await this.#difference();
    const changes = difference.changes.filter((change) => !this.#isKnown(change));
    const { unkept } = difference;
    for (const { path: file, before, after } of changes.slice(0, changesMax)) {
      await files.recordChange(file, { before, after });
    }
    const byName = [...unkept, ...changes.slice(changesMax).map((change) => change.path)];
    if (byName.length > 0) await files.recordUntracked?.(byName.slice(0, namesMax));
  }

  #isKnown({ path: file, after }: Change): boolean {
    const hash = this.#context.files.lastRead(file)?.hash;
    return after !== null && hash !== undefined && hash !== "" && hash === contentHash(after);
  }

  async #difference(): Promise<Difference> {
    const found: { file: string; change: Change | "unkept" | undefined }[] = [];
    for (const [file, before] of this.#shots) {
      if ((await readStamp(file)) === before.stamp) continue;
      found.push({ file, change: changeOf(file, before, await shootFile(file)) });
    }
    const unkept = await this.#compareFresh((file, change) => found.push({ file, change }));
    found.sort((a, b) => (a.file < b.file ? -1 : 1));
    return {
      changes: found.map(({ change }) => change).filter((change) => change !== undefined && change !== "unkept"),
      unkept: [...found.filter(({ change }) => change === "unkept").map(({ file }) => file), ...unkept],
    };
  }

  /** Files that git shows now and did not before. Returns those of which the name has to do. */
  async #compareFresh(report: (file: string, change: Change | "unkept" | undefined) => void): Promise<string[]> {
    const now = this.#git === undefined ? undefined : await readGitState(this.#context);
    if (this.#git === undefined || now === undefined) return [];
    const known = this.#git.unnameable;
    const fresh = await this.#freshNames(this.#git, now);
    const compared = fresh.slice(0, changesMax);
    const committed = await this.#committed(compared, this.#git.head);
    for (const name of compared) {
      const file = path.join(this.#context.projectRoot, name);
      report(file, changeOf(file, committed.get(name) ?? { kind: "missing", stamp: "" }, await shootFile(file)));
    }
    const unnameable = [...now.unnameable].filter((name) => !known.has(name));
    return [...fresh.slice(changesMax), ...unnameable].map((name) => path.join(this.#context.projectRoot, name));
  }

  /** Names that git did not show before: clean then, or not there. */
  async #freshNames(before: GitState, now: GitState): Promise<string[]> {
    const hasMoved = before.head !== null && now.head !== null && before.head !== now.head;
    const moved = hasMoved ? await pathsBetween({ from: before.head ?? "", to: now.head ?? "" }, this.#context) : [];
    const names = new Set([...now.dirty, ...moved]);
    return [...names]
      .filter((name) => {
        const file = path.join(this.#context.projectRoot, name);
        return !before.dirty.has(name) && !this.#shots.has(file) && isWatched(file, this.#context);
      })
      .toSorted();
  }

  async #committed(names: readonly string[], head: string | null): Promise<Map<string, FileShot>> {
    const shots = new Map<string, FileShot>();
    if (head === null || names.length === 0) return shots;
    const contents = await readCommitted(names, head, this.#context);
    for (const [name, bytes] of contents) {
      const text = decodeText(bytes);
      shots.set(
        name,
        text === undefined ? { kind: "other", stamp: "committed" } : { kind: "text", stamp: "committed", text },
      );
    }
    return shots;
  }
}

/** Our own files and git's are none of the session's. */
function isWatched(file: string, context: ToolContext): boolean {
  const names = path.relative(context.projectRoot, file).split(path.sep);
  return !names.includes(".crush") && !names.includes(".git") && !isInside(context.spillDirectory, file);
}

function textOf(shot: FileShot): string | null | undefined {
  if (shot.kind === "missing") return null;
  return shot.kind === "text" ? shot.text : undefined;
}

function changeOf(file: string, before: FileShot, after: FileShot): Change | "unkept" | undefined {
  const [old, now] = [textOf(before), textOf(after)];
  if (old === undefined || now === undefined) return "unkept";
  return old === now ? undefined : { path: file, before: old, after: now };
}
