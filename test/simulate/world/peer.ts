/** The Crush-like program in the simulation, seen from outside. */
import type { SeenSession } from "./acknowledged.ts";
import type { Snapshot } from "./invariants.ts";
import { LineProcess } from "./line-process.ts";
import type { PeerLine } from "./peer-process.ts";

interface SeenRow {
  readonly session: string;
  /** What its row may hold: the last that was written, and what was about to be. */
  readonly parts: readonly string[];
  readonly isWritten: boolean;
}

export class Peer {
  readonly #database: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #rows = new Map<string, SeenRow>();
  readonly #deleted = new Set<string>();
  readonly #failures: string[] = [];
  #process: LineProcess<PeerLine>;

  constructor(database: string, environment: Readonly<Record<string, string>>) {
    this.#database = database;
    this.#environment = environment;
    this.#process = this.#start();
  }

  intrude(session: SeenSession | undefined): void {
    if (session === undefined) return;
    session.isIntruded = true;
    this.#process.send({ do: "intrude", session: session.id });
  }

  /** A session of its own, one that it works in perhaps. */
  deleteOwn(): void {
    const row = [...this.#rows.values()].find(({ session }) => !this.#deleted.has(session));
    if (row === undefined) return;
    this.#deleted.add(row.session);
    this.#process.send({ do: "delete", session: row.session });
  }

  async restart(): Promise<void> {
    await this.kill();
    this.#process = this.#start();
  }

  async kill(): Promise<void> {
    this.#process.signal("SIGKILL");
    await this.#process.ended();
  }

  async quit(): Promise<void> {
    this.#process.send({ do: "quit" });
    await this.#process.ended();
  }

  /** Its rows are exactly as it left them, finished or not. To be called when nothing of it is under way. */
  problems(snapshot: Snapshot): string[] {
    const stored = new Map(
      snapshot.rows("select id, parts from messages").map((row) => [String(row["id"]), String(row["parts"])]),
    );
    const changed = [...this.#rows].flatMap(([message, { session, parts, isWritten }]) => {
      if (this.#deleted.has(session)) return [];
      const found = stored.get(message);
      if (found === undefined) return isWritten ? [`a peer's row ${message} is gone`] : [];
      // What it has written since the snapshot was taken is not told yet, or told and not in it.
      return parts.includes(found) || this.#isAhead(message) ? [] : [`a peer's row ${message} was changed to ${found}`];
    });
    return [...changed, ...this.#failures];
  }

  #isAhead(message: string): boolean {
    return !this.#process.hasEnded && this.#recent.has(message);
  }

  readonly #recent = new Set<string>();

  #start(): LineProcess<PeerLine> {
    this.#recent.clear();
    return new LineProcess<PeerLine>({
      script: "peer-process.ts",
      args: [this.#database],
      cwd: "/",
      environment: this.#environment,
      onLine: (line) => {
        this.#hear(line);
      },
    });
  }

  #hear(line: PeerLine): void {
    if (line.say === "failed") {
      this.#failures.push(`a peer failed: ${line.message}`);
    } else if (line.say === "writes" || line.say === "wrote") {
      this.#recent.add(line.message);
      const before = this.#rows.get(line.message);
      const isWritten = line.say === "wrote";
      this.#rows.set(line.message, {
        session: line.session,
        parts: isWritten ? [line.parts] : [...(before?.parts ?? []), line.parts],
        isWritten: isWritten || (before?.isWritten ?? false),
      });
    }
  }
}
