/**
 * Reads a session database as the strictest other program would: every row that ours writes must pass. Written from the
 * format (not from the store), so that a mistake is not made twice.
 */
import assert from "node:assert/strict";
import { type Row, databaseRows } from "./database-rows.ts";
import { type StrictPart, checkParts } from "./strict-parts.ts";

export interface StrictOptions {
  /**
   * `at-rest` (the default): no turn runs, so each answer is finished and each call has its result. `running`: the last
   * step of a session may be unfinished.
   */
  readonly state?: "at-rest" | "running";
  /** The same for single sessions. */
  readonly stateOf?: (sessionId: string) => "at-rest" | "running";
  /** Sessions whose conversation another program has broken, or that are being removed. */
  readonly isLeftOut?: (sessionId: string) => boolean;
}

export function assertStrict(file: string, options: StrictOptions = {}): void {
  const problems = strictProblems(file, options);
  assert.ok(problems.length === 0, `${file} breaks the format:\n${problems.join("\n")}`);
}

/** What is wrong, a line each; empty where nothing is. */
export function strictProblems(file: string, options: StrictOptions = {}): string[] {
  const integrity = databaseRows(file, "pragma integrity_check").map((row) => String(row["integrity_check"]));
  const foreignKeys = databaseRows(file, 'select "table", "parent" from pragma_foreign_key_check');
  return [
    ...integrity.filter((line) => line !== "ok"),
    ...foreignKeys.map((row) => `${String(row["table"])}: a row refers to a missing row of ${String(row["parent"])}`),
    ...databaseRows(file, wrongTypes).map((row) => `${String(row["place"])}: stored as ${String(row["found"])}`),
    ...databaseRows(
      file,
      "select id, parent_session_id, title, summary_message_id, todos, message_count from sessions",
    ).flatMap((session) =>
      sessionProblems(file, session, options).map((line) => `session ${String(session["id"])}: ${line}`),
    ),
    ...fileProblems(file),
  ];
}

/** Columns of Crush's that must hold integers (Go can't scan anything else into them), or a number for the cost. */
const integerColumns: readonly (readonly [table: string, column: string])[] = [
  ["sessions", "message_count"],
  ["sessions", "prompt_tokens"],
  ["sessions", "completion_tokens"],
  ["sessions", "created_at"],
  ["sessions", "updated_at"],
  ["messages", "created_at"],
  ["messages", "updated_at"],
  ["messages", "is_summary_message"],
  ["files", "version"],
  ["files", "created_at"],
  ["files", "updated_at"],
  ["read_files", "read_at"],
];

const wrongTypes = [
  ...integerColumns.map(
    ([table, column]) => `select '${table}.${column} of ' || rowid as place, typeof(${column}) as found from ${table}
      where typeof(${column}) != 'integer'`,
  ),
  `select 'messages.finished_at of ' || rowid, typeof(finished_at) from messages
    where typeof(finished_at) not in ('integer', 'null')`,
  "select 'sessions.cost of ' || rowid, typeof(cost) from sessions where typeof(cost) not in ('real', 'integer')",
].join(" union all ");

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;
const subAgent = /^[0-9a-f-]{36}\$\$.+$/su;

function sessionProblems(file: string, session: Row, options: StrictOptions): string[] {
  const id = String(session["id"]);
  const problems: string[] = [];
  if (!uuid.test(id) && !(subAgent.test(id) && session["parent_session_id"] !== null)) {
    problems.push("its id is neither a UUID nor that of a sub-agent");
  }
  if (typeof session["title"] !== "string") problems.push("its title is not text");
  const messages = databaseRows(
    file,
    `select rowid, id, role, parts, model, provider, created_at, finished_at, is_summary_message
     from messages where session_id = '${id.replaceAll("'", "''")}' order by rowid`,
  );
  if (messages.length !== session["message_count"]) {
    problems.push(`its message_count is ${String(session["message_count"])}, it has ${messages.length} messages`);
  }
  const summary = session["summary_message_id"];
  if (summary !== null && !messages.some((row) => row["id"] === summary && row["is_summary_message"] === 1)) {
    problems.push("its summary message is no summary row of its own");
  }
  if (options.isLeftOut?.(id) === true) return [...problems, ...todoProblems(session["todos"])];
  const state = options.stateOf?.(id) ?? options.state ?? "at-rest";
  return [...problems, ...todoProblems(session["todos"]), ...conversationProblems(messages, { ...options, state })];
}

function todoProblems(stored: Row[string] | undefined): string[] {
  if (stored === null || stored === undefined) return [];
  try {
    const list: unknown = JSON.parse(String(stored));
    const isRight =
      Array.isArray(list) &&
      list.length > 0 &&
      list.every(
        (item: Record<string, unknown>) =>
          typeof item["content"] === "string" &&
          typeof item["active_form"] === "string" &&
          ["pending", "in_progress", "completed"].includes(String(item["status"])) &&
          Object.keys(item).length === 3,
      );
    return isRight ? [] : ["its todos are not a list of todos"];
  } catch {
    return ["its todos are invalid JSON"];
  }
}

function conversationProblems(messages: readonly Row[], options: StrictOptions): string[] {
  const problems: string[] = [];
  const calls = new OpenCalls();
  let lastTime = 0;
  for (const [index, row] of messages.entries()) {
    const role = String(row["role"]);
    const { parts, problems: found } = checkParts(String(row["parts"]), role);
    const mayRun = options.state === "running" && index === messages.length - 1;
    const all = [...found, ...rowProblems(row, { parts, mayRun }), ...calls.follow(role, parts)];
    if (Number(row["created_at"]) < lastTime) all.push("created_at goes back");
    lastTime = Number(row["created_at"]);
    problems.push(...all.map((line) => `message ${String(row["id"])}: ${line}`));
  }
  const unanswered = calls.unanswered();
  if (unanswered !== null && options.state !== "running") problems.push(unanswered);
  return problems;
}

/** Follows which calls wait for a result. Ids are unique within one message only. */
class OpenCalls {
  readonly #waiting = new Map<string, string>();
  readonly #answered = new Set<string>();

  follow(role: string, parts: readonly StrictPart[]): string[] {
    if (role === "tool") return parts.flatMap((part) => this.#answer(part));
    const unanswered = this.unanswered();
    this.#waiting.clear();
    this.#answered.clear();
    for (const part of parts) {
      if (part.type === "tool_call") this.#waiting.set(String(part.data["id"]), String(part.data["name"]));
    }
    return unanswered === null ? [] : [`before it, ${unanswered}`];
  }

  #answer(part: StrictPart): string[] {
    if (part.type !== "tool_result") return [];
    const id = String(part.data["tool_call_id"]);
    if (this.#answered.has(id)) return [`two results for call ${id}`];
    const name = this.#waiting.get(id);
    if (name === undefined) return [`a result without a call: ${id}`];
    this.#waiting.delete(id);
    this.#answered.add(id);
    return name === part.data["name"] ? [] : [`the result of ${id} names another tool`];
  }

  unanswered(): string | null {
    return this.#waiting.size === 0 ? null : `calls without a result: ${[...this.#waiting.keys()].join(", ")}`;
  }
}

type RowRule = readonly [isBroken: (row: Row, finish: StrictPart["data"] | null) => boolean, problem: string];

const assistantRules: readonly RowRule[] = [
  [(row) => !row["model"] || !row["provider"], "an assistant row without model or provider"],
  [(row, finish) => row["finished_at"] !== (finish?.["time"] ?? null), "finished_at is not the finish part's time"],
  [(_row, finish) => finish?.["reason"] === "stop", 'an assistant row finished with "stop"'],
];

const otherRules: readonly RowRule[] = [
  [(row) => row["model"] !== "", "model is not ''"],
  [(row) => row["provider"] !== null, "provider is not NULL"],
  [(row) => row["finished_at"] !== null, "finished_at is not NULL"],
  [(_row, finish) => finish !== null && (finish["reason"] !== "stop" || finish["time"] !== 0), "finish is not stop, 0"],
];

const rulesOf: Readonly<Record<string, readonly RowRule[]>> = {
  user: otherRules,
  tool: otherRules,
  assistant: assistantRules,
};

function rowProblems(row: Row, context: { readonly parts: readonly StrictPart[]; readonly mayRun: boolean }): string[] {
  const problems: string[] = [];
  if (!uuid.test(String(row["id"]))) problems.push("its id is not a UUID");
  const last = context.parts.at(-1);
  const finish = last?.type === "finish" ? last.data : null;
  if (finish === null && !context.mayRun) problems.push("no finish part");
  const rules = rulesOf[String(row["role"])];
  if (rules === undefined) return [...problems, `unknown role "${String(row["role"])}"`];
  return [...problems, ...rules.filter(([isBroken]) => isBroken(row, finish)).map(([, problem]) => problem)];
}

function fileProblems(file: string): string[] {
  const lowest = databaseRows(file, "select path, min(version) as lowest from files group by session_id, path");
  const relative = databaseRows(file, "select path from files").filter((row) => !String(row["path"]).startsWith("/"));
  return [
    ...lowest
      .filter((row) => row["lowest"] !== 0)
      .map((row) => `files: ${String(row["path"])} begins with version ${String(row["lowest"])}`),
    ...relative.map((row) => `files: ${String(row["path"])} is not absolute`),
  ];
}
