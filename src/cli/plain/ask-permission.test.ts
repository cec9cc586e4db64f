import assert from "node:assert/strict";
import { test } from "node:test";
import { asToolCallId, newSessionId } from "../../schema/ids.ts";
import type { PermissionAnswer, PermissionRequest } from "../../schema/permission.ts";
import { askPermission } from "./ask-permission.ts";
import { PlainOutput } from "./plain-output.ts";

const request: PermissionRequest = {
  id: "ask-1",
  sessionId: newSessionId(),
  toolCallId: asToolCallId("call-1"),
  tool: "bash",
  action: "execute",
  path: "/forge",
  description: "Run make",
  display: { title: "Bash", subject: "make", blocks: [] },
};

async function asked(...lines: string[]): Promise<{ answer: PermissionAnswer | null; said: string }> {
  let said = "";
  const output = new PlainOutput({
    write: (text) => {
      said += text;
      return true;
    },
  });
  const left = [...lines];
  const answer = await askPermission(request, output, () => Promise.resolve(left.shift() ?? null));
  assert.deepEqual(left, [], "every line is taken");
  return { answer, said };
}

test("the letters are those of the full screen", async () => {
  const answers: readonly (readonly [line: string, answer: PermissionAnswer])[] = [
    ["a", { decision: "allow", scope: "once" }],
    ["Y", { decision: "allow", scope: "once" }],
    ["allow", { decision: "allow", scope: "once" }],
    ["s", { decision: "allow", scope: "session" }],
    ["p", { decision: "allow", scope: "project" }],
    ["d", { decision: "deny" }],
    ["no", { decision: "deny" }],
    ["not here", { decision: "deny", message: "not here" }],
  ];
  for (const [line, answer] of answers) {
    const { answer: given, said } = await asked(line);
    assert.deepEqual(given, answer, line);
    assert.doesNotMatch(said, /Answer with/u);
  }
});

test("r asks for the reason, which may be any word; none at all is a plain refusal", async () => {
  const { answer, said } = await asked("r", "no");
  assert.deepEqual(answer, { decision: "deny", message: "no" });
  assert.match(said, /Why not\? To the model: /u);
  assert.deepEqual((await asked("r", "")).answer, { decision: "deny" });
  assert.equal((await asked("r")).answer, null);
});

test("a command or a slip is no reason: what can be answered is said, and the question comes again", async () => {
  for (const lines of [["/help"], ["!ls"], ["x"], [""], ["r", "/help"]]) {
    const { answer, said } = await asked(...lines, "d");
    assert.deepEqual(answer, { decision: "deny" }, lines.join(" "));
    assert.match(said, /Answer with a or y to allow it once[\s\S]*Allow\? a: once/u);
  }
});
