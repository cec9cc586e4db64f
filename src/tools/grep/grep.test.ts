import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { utimesSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";
import { createGrepTool } from "./grep.ts";

describe("grep", () => {
  it("gives lines with their places, the latest changed files first", async () => {
    await using project = new ToolProject();
    const old = project.write("old.ts", "const x = 1;\n  foo(x);\nfoo();\n");
    const young = project.write("src/young.ts", "é foo\n");
    utimesSync(old, new Date(), new Date(Date.now() - 60_000));
    const result = await project.call("grep", { pattern: "foo" });
    assert.equal(
      result.content,
      `Found 3 matches\n${young}:\n  Line 1, Char 3: é foo\n\n${old}:\n  Line 2, Char 3: foo(x);\n  Line 3, Char 1: foo();\n`,
    );
    assert.deepEqual(result.metadata, { number_of_matches: 3, truncated: false });
  });

  it("takes literal text, patterns of names and paths, and a file", async () => {
    await using project = new ToolProject();
    project.write("a.ts", "f(x)\n");
    project.write("b.js", "f(x)\n");
    project.write("src/c.ts", "f(x)\n");
    const counted = async (input: { [key: string]: string | boolean }): Promise<unknown> => {
      return (await project.call("grep", { pattern: "f(x)", literal_text: true, ...input })).metadata?.[
        "number_of_matches"
      ];
    };
    assert.equal(await counted({}), 3);
    assert.equal(await counted({ include: "*.ts" }), 2);
    assert.equal(await counted({ include: "*.{ts,js}" }), 3);
    assert.equal(await counted({ include: "src/**/*.ts" }), 1);
    assert.equal(await counted({ path: "src" }), 1);
    assert.equal(await counted({ path: "b.js" }), 1);
    assert.match((await project.call("grep", { pattern: "f(x" })).content, /unclosed group/);
    assert.equal((await project.call("grep", { pattern: "-not an option" })).content, "No files found");
  });

  it("leaves out ignored, hidden and binary files", async () => {
    await using project = new ToolProject();
    for (const name of ["a.log", "private/b.txt", ".hidden/c.txt", "node_modules/d.txt"]) {
      project.write(name, "needle\n");
    }
    project.write("binary", Buffer.from("needle\0needle\n"));
    project.write(".gitignore", "*.log\n");
    project.write(".crushignore", "private\n");
    assert.equal((await project.call("grep", { pattern: "needle" })).content, "No files found");
    assert.equal((await project.call("grep", { pattern: "needle", include: "*.log" })).content, "No files found");
    assert.match((await project.call("grep", { pattern: "needle", path: ".hidden" })).content, /Found 1 matches/);
  });

  it("cuts many matches and long lines", async () => {
    await using project = new ToolProject();
    project.write("many.txt", "needle\n".repeat(300));
    const many = await project.call("grep", { pattern: "needle" });
    assert.deepEqual(many.metadata, { number_of_matches: 100, truncated: true });
    project.write("many.txt", `needle ${"x".repeat(100_000)}\n`);
    const long = await project.call("grep", { pattern: "needle" });
    assert.ok(long.content.length < 1000 && long.content.includes("..."));
  });

  it("asks outside the project", async () => {
    await using project = new ToolProject();
    const call = await project.prepare("grep", { pattern: "x", path: "../outside" });
    assert.ok(call.kind === "ready" && call.permissions[0]?.action === "read");
  });

  it("gives up in time", async () => {
    await using project = new ToolProject();
    // Nobody ever writes into it: the search waits for what to ignore.
    execFileSync("mkfifo", [path.join(project.root, ".crushignore")]);
    const endless = await createGrepTool(100).prepare({ pattern: "x" }, project.context());
    assert.ok(endless.kind === "ready");
    assert.match((await endless.run()).content, /took over 0\.1 s/);
  });

  it("refuses a path that is not there", async () => {
    await using project = new ToolProject();
    assert.match((await project.call("grep", { pattern: "x", path: "missing" })).content, /does not exist/);
  });
});
