import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";

describe("todos", () => {
  it("keeps the list and tells what became of it", async () => {
    await using project = new ToolProject();
    const first = await project.call("todos", {
      todos: [
        { content: "Write it", status: "in_progress", active_form: "Writing it" },
        { content: "Test it", status: "pending", active_form: "Testing it" },
      ],
    });
    assert.match(first.content, /Status: 1 pending, 1 in progress, 0 completed/);
    assert.deepEqual(first.metadata, {
      is_new: true,
      todos: [
        { content: "Write it", status: "in_progress", active_form: "Writing it" },
        { content: "Test it", status: "pending", active_form: "Testing it" },
      ],
      just_started: "Writing it",
      completed: 0,
      total: 2,
    });
    const second = await project.call("todos", {
      todos: [
        { content: "Write it", status: "completed", active_form: "Writing it" },
        { content: "Test it", status: "in_progress" },
      ],
    });
    assert.equal(second.metadata?.["is_new"], false);
    assert.deepEqual(second.metadata?.["just_completed"], ["Write it"]);
    assert.equal(second.metadata?.["just_started"], "Test it");
    assert.deepEqual(project.todos[0], { content: "Write it", status: "completed", activeForm: "Writing it" });
  });

  it("takes a list as its JSON text, and refuses an unknown status", async () => {
    await using project = new ToolProject();
    await project.call("todos", { todos: '[{"content":"a","status":"pending"}]' });
    assert.equal(project.todos.length, 1);
    const result = await project.call("todos", { todos: [{ content: "a", status: "doing" }] });
    assert.ok(result.isError && result.content.includes("todos.0.status"));
  });
});
