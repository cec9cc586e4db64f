/** A question for leave as its row holds it. */
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { parseJson } from "../lib/json.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { PermissionRequest } from "../schema/permission.ts";
import type { StoredAsk } from "../store/asks.ts";

const text = v.string();
const block = v.variant("kind", [
  v.object({
    kind: v.literal("text"),
    text,
    tone: v.exactOptional(v.picklist(["plain", "dim", "error", "success"])),
  }),
  v.object({ kind: v.literal("diff"), path: text, before: text, after: text }),
  v.object({
    kind: v.literal("list"),
    items: v.array(v.object({ text, state: v.exactOptional(v.picklist(["pending", "in_progress", "completed"])) })),
  }),
  v.object({ kind: v.literal("table"), columns: v.array(text), rows: v.array(v.array(text)) }),
  v.object({
    kind: v.literal("code"),
    text,
    path: v.exactOptional(text),
    language: v.exactOptional(text),
    firstLine: v.exactOptional(v.number()),
  }),
  v.object({ kind: v.literal("image"), name: text, mimeType: text, sizeBytes: v.number() }),
]);
const facts = v.object({
  tool: text,
  action: v.picklist(["execute", "read", "write", "list", "fetch", "download"]),
  path: text,
  url: v.exactOptional(text),
  command: v.exactOptional(text),
  description: text,
  display: v.object({
    title: text,
    subject: text,
    summary: v.exactOptional(text),
    blocks: v.array(block),
  }),
});

type Facts = v.InferOutput<typeof facts>;

/** What is asked, without the ids that each asking has of its own, and without secrets. */
export function encodeQuestion(request: PermissionRequest, secrets: readonly string[]): string {
  return JSON.stringify(factsOf(request), (_key, value: unknown) =>
    typeof value === "string" ? maskSecrets(value, secrets) : value,
  );
}

function factsOf({ id: _id, sessionId: _session, toolCallId: _call, ...asked }: PermissionRequest): Facts {
  return v.parse(facts, asked);
}

/** Null where another version wrote what this one does not understand. */
export function decodeQuestion(
  ask: Pick<StoredAsk, "id" | "sessionId" | "callId" | "request">,
): PermissionRequest | null {
  const { output, success } = v.safeParse(facts, parseJson(ask.request));
  return success ? { id: ask.id, sessionId: ask.sessionId, toolCallId: ask.callId, ...output } : null;
}

/** Whether what the person was shown is what is asked now, to the letter. */
export function isSameQuestion(shown: PermissionRequest, now: PermissionRequest, secrets: readonly string[]): boolean {
  const [one, other] = [shown, now].map((request) => parseJson(encodeQuestion(request, secrets)));
  return isDeepStrictEqual(one, other);
}
