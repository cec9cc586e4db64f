import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";

describe("glob", () => {
  it("finds files by pattern, the latest changed first", async () => {
    await using project = new ToolProject();
    for (const [name, age] of [
      ["src/old.ts", 300],
      ["src/deep/new.ts", 100],
      ["top.ts", 200],
      ["other.js", 1],
    ] as const) {
      utimesSync(project.write(name, ""), new Date(), new Date(Date.now() - age * 1000));
    }
    const all = await project.call("glob", { pattern: "**/*.ts" });
    assert.equal(all.content, ["src/deep/new.ts", "top.ts", "src/old.ts"].map((name) => project.path(name)).join("\n"));
    assert.deepEqual(all.metadata, { number_of_files: 3, truncated: false });
    assert.equal((await project.call("glob", { pattern: "src/*.{ts,js}" })).content, project.path("src/old.ts"));
    assert.equal((await project.call("glob", { pattern: "new.*" })).content, project.path("src/deep/new.ts"));
    assert.equal(
      (await project.call("glob", { pattern: "*.ts", path: "src/deep" })).content,
      project.path("src/deep/new.ts"),
    );
    assert.equal((await project.call("glob", { pattern: "*.nothing" })).content, "No files found");
  });

  it("leaves out what ignore files name, even where the pattern names it", async () => {
    await using project = new ToolProject();
    for (const name of ["a.min.js", "a.js", "private/b.js", "node_modules/c.js", ".hidden/d.js"]) {
      project.write(name, "");
    }
    project.write(".gitignore", "*.min.js\n");
    project.write(".crushignore", "/private/\n");
    assert.equal((await project.call("glob", { pattern: "**/*.js" })).content, project.path("a.js"));
    assert.equal((await project.call("glob", { pattern: "**/*.min.js" })).content, "No files found");
    assert.equal((await project.call("glob", { pattern: ".hidden/*" })).content, project.path(".hidden/d.js"));
  });

  it("finds at most a hundred, and says that there are more", async () => {
    await using project = new ToolProject();
    for (let index = 0; index < 120; index += 1) project.write(`f${index}.txt`, "");
    const result = await project.call("glob", { pattern: "*.txt" });
    assert.deepEqual(result.metadata, { number_of_files: 100, truncated: true });
    assert.match(result.content, /\n\n\(Results are truncated/);
  });

  it("asks outside the project, also for an absolute pattern", async () => {
    await using project = new ToolProject();
    const pattern = path.join(project.outside, "**", "*.txt");
    for (const input of [{ pattern: "*", path: "../outside" }, { pattern }, { pattern: "../outside/*" }]) {
      const call = await project.prepare("glob", input);
      assert.ok(call.kind === "ready");
      assert.deepEqual([call.permissions[0]?.action, call.permissions[0]?.path], ["list", project.outside]);
    }
    const inside = await project.prepare("glob", { pattern: path.join(project.root, "*") });
    assert.ok(inside.kind === "ready" && inside.permissions.length === 0);
  });

  it("copes with names of any kind", async () => {
    await using project = new ToolProject();
    for (const name of ["a b.txt", "new\nline.txt", "-dash.txt", "ümlaut.txt", "quote'.txt"]) project.write(name, "");
    assert.equal((await project.call("glob", { pattern: "*.txt" })).metadata?.["number_of_files"], 5);
  });
});
