/**
 * Databases of the sizes that people reach, made once and kept in the system's temporary folder. Rows are Crush's, as ours
 * writes them, with our own beside them.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Store } from "../src/store/store.ts";
import type { VariedText } from "./varied-text.ts";
import { variedChinese, variedCode, variedJapanese, variedText } from "./varied-text.ts";

/** Raised whenever what is made changes. */
const generation = 1;

export interface DatabaseSize {
  readonly name: string;
  readonly sessions: number;
  /** Of each session. */
  readonly messages: number;
  /** Of an average message's text, in characters. */
  readonly textLength: number;
  /** Default: words of a Latin script. */
  readonly text?: VariedText;
  /** Each message is a prompt. Default: turns of prompts, calls, their results, and answers. */
  readonly isPromptsOnly?: boolean;
}

export const manySessions: DatabaseSize = { name: "many", sessions: 10_000, messages: 40, textLength: 2_400 };
export const longSession: DatabaseSize = { name: "long", sessions: 1, messages: 50_000, textLength: 2_000 };

export const chineseSessions: DatabaseSize = {
  name: "chinese",
  sessions: 120,
  messages: 40,
  textLength: 800,
  text: variedChinese,
};
export const japaneseSessions: DatabaseSize = { ...chineseSessions, name: "japanese", text: variedJapanese };
export const pastedCode: DatabaseSize = {
  name: "code",
  sessions: 50,
  messages: 40,
  textLength: 2_400,
  text: variedCode,
  isPromptsOnly: true,
};

export function sessionIdOf(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

/** The path of the database, made where it is missing: 1 GB takes half a minute. */
export async function generatedDatabase(size: DatabaseSize): Promise<string> {
  const name = `${size.name}-${String(size.sessions)}-${String(size.messages)}-${String(size.textLength)}`;
  const folder = path.join(tmpdir(), "crush-bench-data", `${name}-v${String(generation)}`);
  const file = path.join(folder, "crush.db");
  if (existsSync(file)) {
    // Steps that were added since are taken.
    await (await Store.open(file)).close();
    return file;
  }
  process.stdout.write(`making ${file}\n`);
  const unfinished = `${folder}.${String(process.pid)}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  await (await Store.open(path.join(unfinished, "crush.db"))).close();
  fill(path.join(unfinished, "crush.db"), size);
  renameSync(unfinished, folder);
  return file;
}

const baseSeconds = 1_700_000_000;
const sessionsPerTransaction = 100;

function fill(file: string, size: DatabaseSize): void {
  const database = new DatabaseSync(file);
  try {
    database.exec("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -200000");
    const insert = prepareInserts(database);
    for (let first = 0; first < size.sessions; first += sessionsPerTransaction) {
      database.exec("begin; pragma defer_foreign_keys = on");
      const end = Math.min(size.sessions, first + sessionsPerTransaction);
      for (let index = first; index < end; index += 1) fillSession(insert, size, index);
      database.exec("commit");
    }
    database.exec("pragma journal_mode = wal");
  } finally {
    database.close();
  }
}

type Inserts = ReturnType<typeof prepareInserts>;

function prepareInserts(database: DatabaseSync) {
  return {
    message: database.prepare(
      `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at, finished_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    session: database.prepare(
      "insert into sessions (id, title, message_count, prompt_tokens, completion_tokens, cost, created_at, updated_at) values (?, ?, ?, 900, 90, 0.25, ?, ?)",
    ),
    facts: database.prepare(
      `insert into x_session (session_id, provider, model, title_source, last_own_title, git_branch, created_at_ms, updated_at_ms)
       values (?, 'acme', 'oak-1', 'model', ?, ?, ?, ?)`,
    ),
    usage: database.prepare(
      `insert into x_usage (id, session_id, message_id, purpose, provider, model, input_tokens, cache_read_tokens,
         cache_write_tokens, cache_write_long_tokens, output_tokens, reasoning_tokens, is_estimated, cost_usd,
         is_provider_cost, started_at_ms, duration_ms, outcome)
       values (?, ?, ?, 'turn', 'acme', 'oak-1', 1000, 8000, 500, 0, 300, 0, 0, 0.0125, 0, ?, 4000, 'ok')`,
    ),
    file: database.prepare(
      "insert into files (id, session_id, path, content, version, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?)",
    ),
    sum: database.prepare(
      `insert into x_session_sum (session_id, requests, tokens, known_cost_usd, counted_messages, shown_messages,
         counted_files, newest_at, changed_files, added_lines, removed_lines) values (?, ?, ?, ?, ?, ?, ?, ?, 1, 2, 1)`,
    ),
  };
}

const filesPerSession = 3;

function fillSession(insert: Inserts, size: DatabaseSize, index: number): void {
  const id = sessionIdOf(index);
  const startSeconds = baseSeconds + index * 600;
  let requests = 0;
  let shown = 0;
  for (let number = 0; number < size.messages; number += 1) {
    const row = messageOf(size, { session: index, number });
    const at = startSeconds + number * 5;
    const isAnswer = row.role === "assistant";
    const messageId = `${id.slice(0, 19)}${index.toString(16).padStart(8, "0")}-${number.toString(16).padStart(8, "0")}`;
    const model = isAnswer ? "oak-1" : "";
    insert.message.run(
      messageId,
      id,
      row.role,
      row.parts,
      model,
      isAnswer ? "acme" : null,
      at,
      at,
      isAnswer ? at : null,
    );
    if (row.role !== "tool") shown += 1;
    if (!isAnswer) continue;
    requests += 1;
    insert.usage.run(`u-${messageId}`, id, messageId, at * 1000);
  }
  for (let version = 0; version < filesPerSession; version += 1) {
    const file = `/project/src/${variedText(8, index).replaceAll(/\W/gu, "")}/part-${String(index % 500)}.ts`;
    insert.file.run(
      `f-${id}-${String(version)}`,
      id,
      file,
      `one\ntwo ${String(version)}\n`,
      version,
      startSeconds,
      startSeconds,
    );
  }
  const title = `Task ${String(index)}: ${variedText(30, index * 31).replaceAll("\n", " ")}`;
  insert.facts.run(id, title, `branch-${String(index % 20)}`, startSeconds * 1000, startSeconds * 1000);
  const newestAt = startSeconds + (size.messages - 1) * 5;
  const cost = requests * 0.0125;
  insert.sum.run(id, requests, requests * 9_800, cost, size.messages, shown, filesPerSession, newestAt);
  insert.session.run(id, title, size.messages, startSeconds, startSeconds + size.messages * 5);
}

type Place = { readonly session: number; readonly number: number };

/** Turns of four rows: a prompt, a call, its result, an answer; the result is the longest, as it usually is. */
function messageOf(size: DatabaseSize, place: Place): { readonly role: string; readonly parts: string } {
  const seed = place.session * 65_537 + place.number;
  const write = size.text ?? variedText;
  const text = (share: number): string => write(Math.floor(size.textLength * share), seed);
  const callId = `call_${String(seed)}`;
  const finish = (reason: string): object => ({
    type: "finish",
    data: { reason, time: reason === "stop" ? 0 : baseSeconds },
  });
  const parts = (...list: readonly object[]): string => JSON.stringify(list);
  if (size.isPromptsOnly === true) {
    return { role: "user", parts: parts({ type: "text", data: { text: text(1) } }, finish("stop")) };
  }
  switch (place.number % 4) {
    case 0:
      return { role: "user", parts: parts({ type: "text", data: { text: text(0.1) } }, finish("stop")) };
    case 1: {
      const input = JSON.stringify({ file_path: "/project/src/a.ts", old_string: text(0.2), new_string: text(0.2) });
      const call = { id: callId, name: "edit", input, provider_executed: false, finished: true };
      return { role: "assistant", parts: parts({ type: "tool_call", data: call }, finish("tool_use")) };
    }
    case 2: {
      const result = {
        tool_call_id: `call_${String(seed - 1)}`,
        name: "edit",
        content: text(2.2),
        data: "",
        mime_type: "",
        metadata: "",
        is_error: false,
      };
      return { role: "tool", parts: parts({ type: "tool_result", data: result }, finish("stop")) };
    }
    default: {
      const reasoning = {
        thinking: text(0.3),
        signature: "",
        thought_signature: "",
        tool_id: "",
        responses_data: null,
      };
      const answer = [
        { type: "reasoning", data: reasoning },
        { type: "text", data: { text: text(1) } },
      ];
      return { role: "assistant", parts: parts(...answer, finish("end_turn")) };
    }
  }
}
