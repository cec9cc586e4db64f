/**
 * A program of its own for tests: `peer-process.ts <database>` writes sessions as Crush does, with SQL of its own, and takes
 * no lease: a row a step that grows while it streams, calls that are unfinished first, a row a result. It tells each write
 * before and after its commit. Commands on standard input: `{"do":"delete"|"intrude","session":…}`, `{"do":"go-on"|"quit"}`.
 */
import { writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";

const [file = "", mode = "loop"] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 30_000 });
database.exec("pragma foreign_keys = on; pragma journal_mode = wal; pragma synchronous = normal");

export type PeerLine =
  | { readonly say: "writes" | "wrote"; readonly session: string; readonly message: string; readonly parts: string }
  | { readonly say: "deleted" | "deleting" | "intruding" | "intruded"; readonly session: string }
  | { readonly say: "failed"; readonly message: string };

function say(line: PeerLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const finish = (reason: string, time = 0): object => ({ type: "finish", data: { reason, time } });
const textPart = (text: string): object => ({ type: "text", data: { text } });

/** A session may be gone by now: what fails must not keep the lock. */
function inTransaction(write: () => void): void {
  database.exec("begin immediate");
  try {
    write();
    database.exec("commit");
  } catch (error) {
    database.exec("rollback");
    throw error;
  }
}

interface NewRow {
  readonly role: "user" | "assistant" | "tool";
  readonly parts: readonly object[];
}

class PeerSession {
  readonly id = crypto.randomUUID();

  constructor() {
    const now = seconds();
    database
      .prepare("insert into sessions (id, title, created_at, updated_at) values (?, 'Of a peer', ?, ?)")
      .run(this.id, now, now);
  }

  insert(row: NewRow, session = this.id): string {
    const message = crypto.randomUUID();
    const now = seconds();
    const isAnswer = row.role === "assistant";
    const parts = JSON.stringify(row.parts);
    say({ say: "writes", session, message, parts });
    inTransaction(() => {
      database
        .prepare(
          `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at)
           values (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(message, session, row.role, parts, isAnswer ? "scripted" : "", isAnswer ? "loopback" : null, now, now);
    });
    say({ say: "wrote", session, message, parts });
    return message;
  }

  update(message: string, list: readonly object[], finishedAt: number | null = null): void {
    const parts = JSON.stringify(list);
    say({ say: "writes", session: this.id, message, parts });
    database.prepare("update messages set parts = ?, finished_at = ? where id = ?").run(parts, finishedAt, message);
    say({ say: "wrote", session: this.id, message, parts });
  }
}

async function pause(forMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, forMs);
  await promise;
}

function call(of: { readonly id: string; readonly input: string; readonly finished: boolean }): object {
  return { type: "tool_call", data: { ...of, name: "bash", provider_executed: false } };
}

/** In the mode "hold" the peer sits in its first call until it is told to go on. */
const released = Promise.withResolvers<void>();

async function turn(session: PeerSession): Promise<void> {
  session.insert({ role: "user", parts: [textPart("a peer asks"), finish("stop")] });
  const answer = session.insert({ role: "assistant", parts: [] });
  let text = "";
  for (let number = 0; number < 8; number += 1) {
    text += `peer${String(number)} `;
    session.update(answer, [textPart(text)]);
    await pause(20);
  }
  const id = `toolu_${crypto.randomUUID().slice(0, 8)}`;
  session.update(answer, [textPart(text), call({ id, input: '{"com', finished: false })]);
  await (mode === "hold" ? released.promise : pause(10));
  const time = seconds();
  const input = '{"command":"sleep 1","description":"wait"}';
  session.update(answer, [textPart(text), call({ id, input, finished: true }), finish("tool_use", time)], time);
  await pause(40);
  const result = {
    tool_call_id: id,
    name: "bash",
    content: "done",
    data: "",
    mime_type: "",
    metadata: "",
    is_error: false,
  };
  session.insert({ role: "tool", parts: [{ type: "tool_result", data: result }, finish("stop")] });
  const last = session.insert({ role: "assistant", parts: [] });
  session.update(last, [textPart("peer ends"), finish("end_turn", time)], time);
}

const input = createInterface(process.stdin);
// Whoever started it is gone.
input.on("close", () => process.exit(0));
input.on("line", (line) => {
  const command = JSON.parse(line) as { readonly do: string; readonly session: string };
  if (command.do === "quit") {
    database.close();
    process.exit(0);
  }
  if (command.do === "delete") {
    say({ say: "deleting", session: command.session });
    database.prepare("delete from sessions where id = ?").run(command.session);
    say({ say: "deleted", session: command.session });
  }
  if (command.do === "intrude") intrude(command.session);
  if (command.do === "go-on") released.resolve();
});

function intrude(session: string): void {
  say({ say: "intruding", session });
  const now = seconds();
  const add = database.prepare(
    `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at, finished_at)
     select ?, id, ?, ?, ?, ?, ?, ?, ? from sessions where id = ?`,
  );
  const asked = JSON.stringify([textPart("and one from elsewhere"), finish("stop")]);
  const said = JSON.stringify([textPart("said elsewhere"), finish("end_turn", now)]);
  inTransaction(() => {
    add.run(crypto.randomUUID(), "user", asked, "", null, now, now, null, session);
    add.run(crypto.randomUUID(), "assistant", said, "scripted", "loopback", now, now, now, session);
  });
  say({ say: "intruded", session });
}

/** Its own session may be deleted in the middle of a turn, by itself as well: then it goes on with another. */
async function untilDeleted(session: PeerSession, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isThere = database.prepare("select 1 from sessions where id = ?").get(session.id) !== undefined;
    if (isThere) throw error;
  }
}

try {
  for (;;) {
    const session = new PeerSession();
    await untilDeleted(session, async () => {
      await turn(session);
      if (mode === "loop") await turn(session);
    });
    if (mode === "hold") break;
    await pause(50);
  }
} catch (error) {
  say({ say: "failed", message: String(error) });
}
