import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";
import { isJsonObject } from "../../lib/json.ts";

describe("multiedit", () => {
  it("applies edits in order, each on what the former ones left", async () => {
    await using project = new ToolProject();
    project.write("a.txt", "one\r\ntwo\r\n");
    await project.call("view", { file_path: "a.txt" });
    const result = await project.call("multiedit", {
      file_path: "a.txt",
      edits: [
        { old_string: "one", new_string: "1" },
        { old_string: "1\ntwo", new_string: "1\n2" },
      ],
    });
    assert.match(result.content, /Applied 2 edits to file/);
    assert.equal(project.read("a.txt"), "1\r\n2\r\n");
    assert.deepEqual(result.metadata, {
      additions: 2,
      removals: 2,
      old_content: "one\r\ntwo\r\n",
      new_content: "1\r\n2\r\n",
      edits_applied: 2,
    });
  });

  it("makes the edits that match and reports the others", async () => {
    await using project = new ToolProject();
    project.write("a.txt", "one\ntwo\n");
    await project.call("view", { file_path: "a.txt" });
    const failing = { old_string: "three", new_string: "3" };
    const edits = [{ old_string: "one", new_string: "1" }, failing];
    const call = await project.prepare("multiedit", { file_path: "a.txt", edits });
    assert.ok(call.kind === "ready");
    assert.match(call.permissions[0]?.description ?? "", /1 of 2/);
    const result = await call.run();
    assert.match(result.content, /Applied 1 of 2 edits.*\(1 edit\(s\) failed\)\n\nEdit 2: old_string was not found/);
    const failed = result.metadata?.["edits_failed"];
    assert.ok(Array.isArray(failed) && isJsonObject(failed[0]));
    assert.deepEqual([failed[0]["index"], failed[0]["edit"]], [2, failing]);
    assert.equal(project.read("a.txt"), "1\ntwo\n");
  });

  it("changes nothing where no edit matches", async () => {
    await using project = new ToolProject();
    project.write("a.txt", "one\n");
    await project.call("view", { file_path: "a.txt" });
    const edits = [{ old_string: "x", new_string: "y" }];
    const result = await project.call("multiedit", { file_path: "a.txt", edits });
    assert.ok(result.isError && result.content.includes("Edit 1:"));
    assert.equal(result.metadata?.["edits_applied"], 0);
    assert.equal(project.read("a.txt"), "one\n");
  });

  it("creates a file with the first edit and goes on in it", async () => {
    await using project = new ToolProject();
    const edits = [
      { old_string: "", new_string: "a\nb\n" },
      { old_string: "b", new_string: "B" },
    ];
    await project.call("multiedit", { file_path: "n/a.txt", edits });
    assert.equal(project.read("n/a.txt"), "a\nB\n");
    assert.match((await project.call("multiedit", { file_path: "n/a.txt", edits })).content, /already exists/);
    const later = await project.call("multiedit", { file_path: "n/a.txt", edits: edits.toReversed() });
    assert.match(later.content, /only the first edit can create a file/);
  });
});
