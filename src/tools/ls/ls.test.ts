import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";
import { createLsTool } from "./ls.ts";

describe("ls", () => {
  it("prints a tree without what ignore files name", async () => {
    await using project = new ToolProject();
    for (const name of ["b.txt", "src/a.ts", "src/deep/c.ts", "dist/x.js", "node_modules/m/i.js", "log.log"]) {
      project.write(name, "");
    }
    project.write(".gitignore", "dist/\n*.log\n");
    project.write("src/.crushignore", "deep/\n");
    symlinkSync("src", project.path("link"));
    const result = await project.call("ls", {});
    assert.equal(
      result.content,
      `\n- ${project.root}/\n  - .gitignore\n  - b.txt\n  - link\n  - src/\n    - .crushignore\n    - a.ts\n`,
    );
    assert.deepEqual(result.metadata, { number_of_files: 6, truncated: false });
    const below = await project.call("ls", { path: "src/deep" });
    assert.equal(below.content, `\n- ${project.path("src/deep")}/\n  - c.ts\n`);
  });

  it("obeys depth and patterns to leave out", async () => {
    await using project = new ToolProject();
    for (const name of ["a/b/c.txt", "a/d.txt", "e.md"]) project.write(name, "");
    const shallow = await project.call("ls", { depth: 1 });
    assert.match(shallow.content, /up to a depth of 1[\s\S]*- a\/\n {2}- e\.md\n$/);
    const filtered = await project.call("ls", { ignore: ["*.md", "a/b"] });
    assert.equal(filtered.content, `\n- ${project.root}/\n  - a/\n    - d.txt\n`);
  });

  it("cuts a long list, upper levels first", async () => {
    await using project = new ToolProject();
    for (let index = 0; index < 30; index += 1) project.write(`a/file-${index}.txt`, "");
    for (const name of ["y.txt", "z.txt"]) project.write(name, "");
    const tool = createLsTool({ maxDepth: null, maxItems: 10 });
    const call = await tool.prepare({}, project.context());
    assert.ok(call.kind === "ready");
    const result = await call.run();
    assert.deepEqual(result.metadata, { number_of_files: 10, truncated: true });
    assert.match(result.content, /more than 10[\s\S]*z\.txt/);
  });

  it("asks outside the project and refuses what is no directory", async () => {
    await using project = new ToolProject();
    const call = await project.prepare("ls", { path: "../outside" });
    assert.ok(call.kind === "ready");
    assert.deepEqual([call.permissions[0]?.action, call.permissions[0]?.path], ["list", project.outside]);
    project.write("a.txt", "");
    assert.match((await project.call("ls", { path: "a.txt" })).content, /not a directory/);
    assert.match((await project.call("ls", { path: "missing" })).content, /does not exist/);
  });

  it("shows hostile names as they are", async () => {
    await using project = new ToolProject();
    mkdirSync(project.path("a\nb"));
    project.write("- x\u001B[31m", "");
    const result = await project.call("ls", {});
    assert.ok(!result.isError && result.metadata?.["number_of_files"] === 2);
  });
});
