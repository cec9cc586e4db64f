import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";

describe("session_create", () => {
  it("starts the new session unless told otherwise, and names it", async () => {
    await using project = new ToolProject();
    const result = await project.call("session_create", { title: " Docs ", prompt: "Write the README" });
    assert.deepEqual(project.sessions.created, [{ title: "Docs", prompt: "Write the README", isStarted: true }]);
    assert.match(result.content, /"Docs" \(0e0fd1590c1b\)/u);
    assert.deepEqual(result.metadata?.["started"], true);
    await project.call("session_create", { title: "Later", prompt: "Wait", start: false });
    assert.equal(project.sessions.created[1]?.isStarted, false);
  });

  it("asks first, with the whole prompt to be seen", async () => {
    await using project = new ToolProject();
    const call = await project.prepare("session_create", { title: "Docs", prompt: "Write the README" });
    assert.ok(call.kind === "ready");
    const [request] = call.permissions;
    assert.deepEqual([request?.action, request?.description], ["write", "Start a session: Docs"]);
    assert.deepEqual(request?.display.blocks, [{ kind: "text", text: "Write the README", tone: "dim" }]);
    assert.deepEqual(project.sessions.created, []);
  });

  it("tells the model why none was made", async () => {
    await using project = new ToolProject();
    project.sessions.refusal = "Five are enough.";
    const result = await project.call("session_create", { title: "Docs", prompt: "x" });
    assert.deepEqual([result.isError, result.content], [true, "Five are enough."]);
  });
});
