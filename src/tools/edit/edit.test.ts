import assert from "node:assert/strict";
import { chmodSync, linkSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";

async function withFile(content: string | Uint8Array): Promise<ToolProject> {
  const project = new ToolProject();
  project.write("a.txt", content);
  await project.call("view", { file_path: "a.txt" });
  return project;
}

describe("edit", () => {
  it("replaces the one occurrence, tells the change and keeps the versions", async () => {
    await using project = await withFile("one\ntwo\nthree\n");
    const file = project.path("a.txt");
    const result = await project.call("edit", { file_path: file, old_string: "two\n", new_string: "2\n2b\n" });
    assert.equal(result.content, `<result>\nContent replaced in file: ${file}\n</result>\n`);
    assert.deepEqual(result.metadata, {
      additions: 2,
      removals: 1,
      old_content: "one\ntwo\nthree\n",
      new_content: "one\n2\n2b\nthree\n",
    });
    assert.equal(project.read("a.txt"), "one\n2\n2b\nthree\n");
    assert.deepEqual(project.files.changes, [
      { path: file, before: "one\ntwo\nthree\n", after: "one\n2\n2b\nthree\n" },
    ]);
    assert.deepEqual(project.files.found, [{ stored: "one\ntwo\nthree\n", onDisk: "one\ntwo\nthree\n" }]);
    const again = await project.call("edit", { file_path: file, old_string: "2b\n", new_string: "" });
    assert.match(again.content, /Content deleted from file/);
  });

  it("asks to write with the whole change, and changes nothing before", async () => {
    await using project = await withFile("one\n");
    const call = await project.prepare("edit", { file_path: "a.txt", old_string: "one", new_string: "1" });
    assert.ok(call.kind === "ready");
    const [request] = call.permissions;
    assert.equal(request?.action, "write");
    assert.deepEqual(request?.display.blocks, [
      { kind: "diff", path: project.path("a.txt"), before: "one\n", after: "1\n" },
    ]);
    assert.equal(project.read("a.txt"), "one\n");
  });

  it("creates a file with its directories, but never over another", async () => {
    await using project = new ToolProject();
    const input = { file_path: "x/y/new.txt", old_string: "", new_string: "hello" };
    const result = await project.call("edit", input);
    assert.match(result.content, /File created/);
    assert.equal(project.read("x/y/new.txt"), "hello");
    assert.deepEqual(project.files.changes, [{ path: project.path("x/y/new.txt"), before: null, after: "hello" }]);
    assert.match((await project.call("edit", input)).content, /already exists/);
  });

  it("needs the file to have been read, and to be as it was then", async () => {
    await using project = new ToolProject();
    project.write("a.txt", "one");
    const input = { file_path: "a.txt", old_string: "one", new_string: "1" };
    assert.match((await project.call("edit", input)).content, /must read/);
    await project.call("view", { file_path: "a.txt" });
    project.write("a.txt", "one more");
    assert.match((await project.call("edit", input)).content, /modified since/);
    await project.call("view", { file_path: "a.txt" });
    assert.equal((await project.call("edit", input)).isError, false);
  });

  it("goes by the content, not by the time, and by the time where only Crush recorded the read", async () => {
    await using project = await withFile("one");
    const file = project.path("a.txt");
    utimesSync(file, new Date(), new Date(Date.now() + 60_000));
    const input = { file_path: "a.txt", old_string: "one", new_string: "1" };
    assert.equal((await project.prepare("edit", input)).kind, "ready");
    const seconds = Math.floor(statSync(file).mtimeMs / 1000);
    const fact = { sizeBytes: 0, modifiedNs: "0", hash: "" };
    project.files.setFact(file, { ...fact, readAt: seconds });
    assert.equal((await project.prepare("edit", input)).kind, "ready");
    project.files.setFact(file, { ...fact, readAt: seconds - 1 });
    assert.equal((await project.prepare("edit", input)).kind, "refused");
  });

  it("looks again once it is allowed", async () => {
    await using project = await withFile("one");
    const call = await project.prepare("edit", { file_path: "a.txt", old_string: "one", new_string: "1" });
    project.write("a.txt", "one, changed by someone");
    assert.ok(call.kind === "ready");
    const result = await call.run();
    assert.ok(result.isError && result.content.includes("in the meantime"));
    assert.equal(project.read("a.txt"), "one, changed by someone");
    await project.call("view", { file_path: "a.txt" });
    const gone = await project.prepare("edit", { file_path: "a.txt", old_string: "changed", new_string: "1" });
    rmSync(project.path("a.txt"));
    assert.ok(gone.kind === "ready" && (await gone.run()).content.includes("gone"));
  });

  it("wants the text to occur once, unless all are meant", async () => {
    await using project = await withFile("x = 1\ny = 1\n");
    const input = { file_path: "a.txt", old_string: "1", new_string: "2" };
    assert.match((await project.call("edit", input)).content, /appears 2 times .*lines 1, 2/);
    await project.call("edit", { ...input, replace_all: true });
    assert.equal(project.read("a.txt"), "x = 2\ny = 2\n");
    assert.match((await project.call("edit", { ...input, old_string: "x", new_string: "x" })).content, /No changes/);
  });

  it("keeps Windows line ends and a byte-order mark, and all that it does not touch", async () => {
    await using project = await withFile("\uFEFFone\r\ntwo\r\nlone\nthree\r\n");
    await project.call("edit", { file_path: "a.txt", old_string: "one\ntwo\n", new_string: "1\n2\n2b\n" });
    assert.equal(project.read("a.txt"), "\uFEFF1\r\n2\r\n2b\r\nlone\nthree\r\n");
    await project.call("edit", { file_path: "a.txt", old_string: "three\r\n", new_string: "3" });
    assert.equal(project.read("a.txt"), "\uFEFF1\r\n2\r\n2b\r\nlone\n3");
  });

  it("explains a mismatch by the lines that were probably meant", async () => {
    await using project = await withFile(
      "function a() {\n\treturn 1;\n}\n\nfunction computeTotal(items) {\n  return 2;\n}\n",
    );
    const miss = async (old: string): Promise<string> => {
      return (await project.call("edit", { file_path: "a.txt", old_string: old, new_string: "x" })).content;
    };
    assert.match(await miss("function a() {\n  return 1;\n}"), /other white space[\s\S]*\n {5}2\|\treturn 1;/);
    assert.match(await miss("     1|function a() {"), /line numbers/);
    assert.match(
      await miss("function computeTotals(item) {"),
      /nearest lines[\s\S]* 5\|function computeTotal\(items\)/,
    );
    assert.match(await miss("completely different stuff"), /No line of the file resembles it/);
  });

  it("keeps mode and links, and leaves no temporary file", async () => {
    await using project = await withFile("one");
    const file = project.path("a.txt");
    chmodSync(file, 0o751);
    symlinkSync("a.txt", project.path("link"));
    await project.call("edit", { file_path: "link", old_string: "one", new_string: "two" });
    assert.equal(project.read("a.txt"), "two");
    assert.equal(statSync(file).mode & 0o777, 0o751);
    linkSync(file, project.path("hard"));
    await project.call("edit", { file_path: "a.txt", old_string: "two", new_string: "three" });
    assert.equal(project.read("hard"), "three");
    assert.deepEqual(readdirSync(project.root).toSorted(), ["a.txt", "hard", "link"]);
  });

  it("writes where a link leads, and asks for that place", async () => {
    await using project = new ToolProject();
    const target = path.join(project.outside, "new.txt");
    symlinkSync(target, project.path("dangling"));
    const call = await project.prepare("edit", { file_path: "dangling", old_string: "", new_string: "x" });
    assert.ok(call.kind === "ready");
    assert.equal(call.permissions[0]?.path, target);
    await call.run();
    assert.equal(readFileSync(target, "utf8"), "x");
  });

  it("refuses binary files and directories", async () => {
    await using project = await withFile(Buffer.from([0x61, 0, 0x62]));
    await project.files.recordRead(project.path("a.txt"));
    const input = { old_string: "a", new_string: "b" };
    assert.match((await project.call("edit", { ...input, file_path: "a.txt" })).content, /not valid UTF-8/);
    assert.match((await project.call("edit", { ...input, file_path: "." })).content, /directory/);
    assert.match((await project.call("edit", { ...input, file_path: "b.txt" })).content, /not found/);
  });
});
