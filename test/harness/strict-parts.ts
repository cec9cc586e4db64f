/** The format's parts, to the letter: every key present, none unknown, times whole. Written from the format, not from the store. */
import * as v from "valibot";

const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Standard base64 with its padding, and no bits left over. */
const base64 = v.pipe(
  v.string(),
  v.check((text) => Buffer.from(text, "base64").toString("base64") === text, "bad base64"),
);

function isJsonObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const filled = v.pipe(v.string(), v.nonEmpty());
const jsonObjectOrEmpty = v.pipe(
  v.string(),
  v.check((text) => text === "" || isJsonObjectText(text), "not a JSON object"),
);

const datas = {
  text: v.strictObject({ text: v.string() }),
  reasoning: v.strictObject({
    thinking: v.string(),
    signature: v.string(),
    thought_signature: v.string(),
    tool_id: v.string(),
    responses_data: v.nullable(v.record(v.string(), v.unknown())),
    started_at: v.optional(seconds),
    finished_at: v.optional(seconds),
  }),
  image_url: v.strictObject({ url: filled, detail: v.optional(v.string()) }),
  binary: v.strictObject({ Path: v.string(), MIMEType: filled, Data: base64 }),
  tool_call: v.pipe(
    v.strictObject({
      id: filled,
      name: filled,
      input: v.string(),
      provider_executed: v.boolean(),
      finished: v.boolean(),
    }),
    v.check((call) => !call.finished || isJsonObjectText(call.input), "a finished call's input is a JSON object"),
  ),
  tool_result: v.strictObject({
    tool_call_id: filled,
    name: filled,
    content: v.string(),
    data: base64,
    mime_type: v.string(),
    metadata: jsonObjectOrEmpty,
    is_error: v.boolean(),
  }),
  finish: v.strictObject({
    reason: v.picklist([
      "end_turn",
      "max_tokens",
      "tool_use",
      "canceled",
      "error",
      "content_filter",
      "unknown",
      "stop",
    ]),
    time: seconds,
    message: v.optional(v.string()),
    details: v.optional(v.string()),
  }),
  shell_command: v.strictObject({
    command: v.string(),
    output: v.string(),
    exit_code: v.pipe(v.number(), v.integer()),
  }),
};

type PartType = keyof typeof datas;

export interface StrictPart {
  readonly type: PartType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Which parts stand in which row. */
const allowedIn: Readonly<Record<string, readonly PartType[]>> = {
  user: ["text", "binary", "image_url", "shell_command", "finish"],
  assistant: ["reasoning", "text", "tool_call", "finish"],
  tool: ["tool_result", "finish"],
};

export interface CheckedParts {
  readonly parts: readonly StrictPart[];
  readonly problems: readonly string[];
}

/** Checks the text of `messages.parts` of a row with this role. */
export function checkParts(text: string, role: string): CheckedParts {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { parts: [], problems: ["parts: invalid JSON"] };
  }
  if (!Array.isArray(json)) return { parts: [], problems: ["parts: not a list"] };
  const problems: string[] = [];
  const parts: StrictPart[] = [];
  for (const [index, item] of json.entries()) {
    const checked = checkPart(item);
    problems.push(...checked.problems.map((problem) => `part ${index}: ${problem}`));
    if (checked.part !== null) parts.push(checked.part);
  }
  problems.push(...checkTogether(parts, role));
  return { parts, problems };
}

const shell = v.strictObject({ type: v.string(), data: v.record(v.string(), v.unknown()) });

function checkPart(item: unknown): { readonly part: StrictPart | null; readonly problems: readonly string[] } {
  const outer = v.safeParse(shell, item);
  if (!outer.success) return { part: null, problems: issuesOf(outer.issues) };
  const type = Object.keys(datas).find((each): each is PartType => each === outer.output.type);
  if (type === undefined) return { part: null, problems: [`unknown part type "${outer.output.type}"`] };
  const inner = v.safeParse(datas[type], outer.output.data);
  const problems = inner.success ? [] : issuesOf(inner.issues).map((issue) => `${type}: ${issue}`);
  return { part: { type, data: outer.output.data }, problems };
}

function issuesOf(issues: readonly v.BaseIssue<unknown>[]): string[] {
  return issues.map((issue) => `${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}

function checkTogether(parts: readonly StrictPart[], role: string): string[] {
  const problems: string[] = [];
  const count = (type: PartType): number => parts.filter((part) => part.type === type).length;
  if (count("text") > 1) problems.push("more than one text part");
  if (count("reasoning") > 1) problems.push("more than one reasoning part");
  if (parts.slice(0, -1).some((part) => part.type === "finish")) problems.push("finish is not the last part");
  if (role === "tool" && count("tool_result") !== 1) problems.push("a tool row has one result");
  const allowed = allowedIn[role] ?? [];
  const misplaced = parts.find((part) => !allowed.includes(part.type));
  if (misplaced !== undefined) problems.push(`a ${misplaced.type} part in a row of role "${role}"`);
  const ids = parts.filter((part) => part.type === "tool_call").map((part) => part.data["id"]);
  if (new Set(ids).size !== ids.length) problems.push("two calls of one message have the same id");
  return problems;
}
