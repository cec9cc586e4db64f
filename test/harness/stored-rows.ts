/** Rows of `messages` as no program should write them, at random: what a session may hold whatever happened to it. */
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { onePixelPng } from "../providers/sample-request.ts";
import { sealOf } from "./model-servers/request-check.ts";

export interface StoredRow {
  readonly role: string;
  readonly parts: string | Uint8Array;
  readonly model: string | null;
  readonly provider: string | null;
  readonly createdAt: string | number | bigint;
  readonly isSummary: number;
}

/** Columns of the session's own row. */
interface SessionRow {
  readonly title: string | Uint8Array;
  readonly messageCount: string | number;
  readonly cost: string | number;
  readonly time: string | number | bigint;
  readonly todos: string | null;
  /** `itself`, `gone` (a session that is not there), `circle` (a session whose parent is this one). */
  readonly parent: "" | "itself" | "gone" | "circle" | null;
}

export interface StoredSession extends SessionRow {
  readonly rows: readonly StoredRow[];
  /** Which row the session calls its summary; none where there is no such row. */
  readonly summaryAt: number;
}

/** The provider and model that the session goes on with. */
export const ownOrigin = { provider: "own", model: "scripted" } as const;

const jpegStart = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]).toString("base64");
const text = fc.oneof(
  fc.constantFrom("", " \n", "plain", "half a pair \ud83d", "NUL \0 and \u001b[31m", "日本語 👩‍👩‍👧"),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const callId = fc.oneof(
  fc.constantFrom(
    "",
    "call_1",
    "call_1",
    "toolu_01A",
    "functions.bash:0",
    "a b",
    "日本",
    "x".repeat(90),
    "call/2|fc_9",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const toolName = fc.constantFrom("bash", "view", "", "no such tool!", "n".repeat(80));
const input = fc.constantFrom("", "{", "[]", "null", '"text"', "{}", '{"command":"ls"}', '{"a":"\ud83d"}');
const mimeType = fc.constantFrom(
  "image/png",
  "image/jpeg",
  "image/svg+xml",
  "image/bmp",
  "IMAGE/PNG",
  "audio/wav",
  "application/pdf",
  "text/plain",
  "application/octet-stream",
  "nonsense",
  "",
);
const data = fc.constantFrom(
  onePixelPng,
  jpegStart,
  Buffer.from("just words").toString("base64"),
  onePixelPng.slice(0, 30),
  "not base64!",
  "",
);
const seconds = fc.constantFrom(0, 1_700_000_000, -5, 1e300);

function part(type: string, fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  return fc.record({ type: fc.constant(type), data: fc.record(fields, { requiredKeys: [] }) });
}

/** Signed by whoever made it, or not at all: a forged signature can't be told from a true one. */
const reasoning = fc
  .record({
    thinking: text,
    isSigned: fc.boolean(),
    thoughtSignature: fc.constantFrom("", "c2ln"),
    toolId: callId,
    item: fc.constantFrom("rs_1", "rs_2"),
  })
  .map(({ thinking, isSigned, thoughtSignature, toolId, item }) => ({
    type: "reasoning",
    data: {
      thinking,
      signature: isSigned ? sealOf("thinking", thinking.toWellFormed()) : "",
      thought_signature: toolId === "" ? "" : thoughtSignature,
      tool_id: thoughtSignature === "" ? "" : `${toolId}-other`,
      responses_data: { item_id: item, encrypted_content: isSigned ? sealOf("encrypted", item) : "" },
    },
  }));

const anyPart: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: part("text", { text }) },
  { weight: 2, arbitrary: reasoning },
  { weight: 5, arbitrary: part("tool_call", { id: callId, name: toolName, input, finished: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: part("tool_result", {
      tool_call_id: callId,
      name: toolName,
      content: text,
      data,
      mime_type: mimeType,
      metadata: input,
      is_error: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: part("binary", { Path: fc.constantFrom("shot.png", ""), MIMEType: mimeType, Data: data }) },
  part("image_url", { url: text }),
  part("shell_command", { command: text, output: text, exit_code: seconds }),
  part("finish", { reason: fc.constantFrom("stop", "tool_use", "end_turn", "odd"), time: seconds }),
  part("of_another_program", { text }),
  fc.constantFrom<unknown>(null, 7, [], { type: 5 }, { type: "text", data: [] }, { type: "text", data: { text: 5 } }),
);

const parts = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom("[]", "[", "\ufffd").map((json) => Buffer.from(json)) },
  { weight: 12, arbitrary: fc.array(anyPart, { maxLength: 5 }).map((list) => JSON.stringify(list)) },
  { weight: 1, arbitrary: fc.constantFrom("", "[", "null", "{}", '"text"', '[{"type":"text","data":{"text":"cut') },
);

const createdAt = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1_700_000_000, max: 1_700_000_005 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("yesterday", "", "2025-01-01", -1, 1.5, 1_700_000_000_000, 2n ** 62n, 1e300),
  },
);

const row: fc.Arbitrary<StoredRow> = fc.record({
  role: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom("user", "assistant", "tool") },
    { weight: 1, arbitrary: fc.constantFrom("system", "") },
  ),
  parts,
  model: fc.constantFrom(ownOrigin.model, ownOrigin.model, "another", "", null),
  provider: fc.constantFrom(ownOrigin.provider, ownOrigin.provider, "another", "", null),
  createdAt,
  isSummary: fc.constantFrom(0, 0, 0, 1),
});

const sessionRow: fc.Arbitrary<SessionRow> = fc.record({
  title: fc.oneof(text, fc.constant(Buffer.from([0xff, 0x41]))),
  messageCount: fc.constantFrom(0, 3, "many", 1e300),
  cost: fc.constantFrom(0, 0.5, "much", 1e300, Infinity),
  time: createdAt,
  todos: fc.constantFrom(null, "", "[", "{}", "[null,7,{}]", '[{"content":5,"status":"odd","active_form":null}]'),
  parent: fc.constantFrom<SessionRow["parent"]>(null, null, "", "itself", "gone", "circle"),
});

/** Nothing odd about the session's own row. */
const plainRow: fc.Arbitrary<SessionRow> = fc.constant({
  title: "odd",
  messageCount: 0,
  cost: 0,
  time: 1_700_000_000,
  todos: null,
  parent: null,
});

const rowsOfSession = fc.record({
  rows: fc.array(row, { maxLength: 10 }),
  summaryAt: fc.integer({ min: -20, max: 9 }),
});

export const storedSession: fc.Arbitrary<StoredSession> = fc
  .tuple(fc.oneof(plainRow, sessionRow), rowsOfSession)
  .map(([own, rows]) => ({ ...own, ...rows }));

/** Puts the session into the database as another program would, and returns its id. */
export function insertStoredSession(file: string, session: StoredSession): string {
  const id = crypto.randomUUID();
  const parents = { "": "", itself: id, gone: crypto.randomUUID(), circle: `${id}-above` };
  const database = new DatabaseSync(file, { timeout: 5000 });
  try {
    database.exec("begin immediate");
    database
      .prepare(
        `insert into sessions (id, title, message_count, cost, created_at, updated_at, todos, parent_session_id, summary_message_id)
         values (?, ?, 0, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        session.title,
        session.cost,
        session.time,
        session.time,
        session.todos,
        session.parent === null ? null : parents[session.parent],
        session.summaryAt < 0 ? null : `${id}-${session.summaryAt}`,
      );
    if (session.parent === "circle") {
      database
        .prepare("insert into sessions (id, parent_session_id, title, created_at, updated_at) values (?, ?, '', 1, 1)")
        .run(parents.circle, id);
    }
    const insert = database.prepare(
      `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at, is_summary_message)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const [
      at,
      { role, parts: partsText, model, provider, createdAt: time, isSummary },
    ] of session.rows.entries()) {
      insert.run(`${id}-${at}`, id, role, partsText, model, provider, time, time, isSummary);
    }
    database.prepare("update sessions set message_count = ? where id = ?").run(session.messageCount, id);
    database.exec("commit");
  } finally {
    database.close();
  }
  return id;
}
