import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";

describe("write", () => {
  it("creates a file, and tells Crush's metadata", async () => {
    await using project = new ToolProject();
    const result = await project.call("write", { file_path: "x/a.txt", content: "one\ntwo\n" });
    assert.equal(result.content, `<result>\nFile successfully written: ${project.path("x/a.txt")}\n</result>`);
    assert.deepEqual(result.metadata, {
      diff: "--- a/x/a.txt\n+++ b/x/a.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n",
      additions: 2,
      removals: 0,
    });
    assert.deepEqual(project.files.changes, [{ path: project.path("x/a.txt"), before: null, after: "one\ntwo\n" }]);
  });

  it("replaces a file only where its present state is known", async () => {
    await using project = new ToolProject();
    project.write("a.txt", "old");
    const input = { file_path: "a.txt", content: "new" };
    assert.match((await project.call("write", input)).content, /must read/);
    await project.call("view", { file_path: "a.txt" });
    project.write("a.txt", "older");
    assert.match((await project.call("write", input)).content, /modified since/);
    await project.call("view", { file_path: "a.txt" });
    assert.equal((await project.call("write", input)).isError, false);
    assert.match((await project.call("write", input)).content, /already contains/);
  });

  it("does not write over a file that came in between", async () => {
    await using project = new ToolProject();
    const call = await project.prepare("write", { file_path: "a.txt", content: "mine" });
    project.write("a.txt", "theirs");
    assert.ok(call.kind === "ready" && (await call.run()).isError);
    assert.equal(project.read("a.txt"), "theirs");
  });

  it("keeps the line ends and the byte-order mark of a Windows file", async () => {
    await using project = new ToolProject();
    project.write("a.txt", "\uFEFFone\r\ntwo\r\n");
    await project.call("view", { file_path: "a.txt" });
    await project.call("write", { file_path: "a.txt", content: "1\n2\n" });
    assert.equal(project.read("a.txt"), "\uFEFF1\r\n2\r\n");
  });

  it("reports what the system refuses", async () => {
    await using project = new ToolProject();
    const result = await project.call("write", { file_path: "x".repeat(300), content: "x" });
    assert.ok(result.isError && result.content.includes("ENAMETOOLONG"));
    assert.deepEqual(readdirSync(project.root), []);
  });

  it("refuses a directory, and a path through a file", async () => {
    await using project = new ToolProject();
    project.write("a.txt", "x");
    assert.match((await project.call("write", { file_path: ".", content: "x" })).content, /directory/);
    const result = await project.call("write", { file_path: "a.txt/b.txt", content: "x" });
    assert.ok(result.isError);
    assert.deepEqual(project.files.changes, []);
  });
});
