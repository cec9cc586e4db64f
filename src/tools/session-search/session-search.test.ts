import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sampleSession, ToolProject } from "../../../test/tools/tool-project.ts";

describe("session_search and session_list", () => {
  it("names the session of each hit, and what matched, in one line", async () => {
    await using project = new ToolProject();
    project.sessions.found = [
      {
        shortId: "0e0fd1590c1b",
        title: "Docs",
        field: "answer",
        atSeconds: 1_790_000_000,
        snippet: "the\n  README is",
      },
    ];
    const { content, metadata } = await project.call("session_search", { query: "README" });
    assert.deepEqual(project.sessions.searches, ["README"]);
    assert.equal(content, "0e0fd1590c1b  2026-09-21  Docs\n    answer: the README is");
    assert.deepEqual(metadata, { number_of_matches: 1, truncated: false });
  });

  it("says that nothing was found", async () => {
    await using project = new ToolProject();
    assert.equal((await project.call("session_search", { query: "x" })).content, "Nothing was found.");
    assert.equal((await project.call("session_list", {})).content, "There are no other sessions.");
  });

  it("lists as many as were asked for", async () => {
    await using project = new ToolProject();
    project.sessions.listed = ["One", "Two", "Three"].map((title) => sampleSession({ title }));
    const { content, metadata } = await project.call("session_list", { limit: 2 });
    assert.deepEqual(content.split("\n"), [
      "0e0fd1590c1b  2026-09-21T14:13Z  idle  2 messages  One",
      "0e0fd1590c1b  2026-09-21T14:13Z  idle  2 messages  Two",
    ]);
    assert.deepEqual(metadata, { number_of_sessions: 2 });
  });
});
