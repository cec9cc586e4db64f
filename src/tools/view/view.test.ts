import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { ToolProject } from "../../../test/tools/tool-project.ts";

const pngBytes = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

describe("view", () => {
  it("numbers lines and gives Crush's metadata", async () => {
    await using project = new ToolProject();
    const file = project.write("a.txt", "one\ntwo\n\nfour\n");
    const result = await project.call("view", { file_path: "a.txt" });
    assert.equal(result.content, "<file>\n     1|one\n     2|two\n     3|\n     4|four\n</file>\n");
    assert.deepEqual(result.metadata, { file_path: file, content: "one\ntwo\n\nfour" });
    assert.notEqual(project.files.lastRead(file)?.hash, "");
  });

  it("skips and limits lines, and says when there are more", async () => {
    await using project = new ToolProject();
    project.write("a.txt", Array.from({ length: 500 }, (_, index) => `line ${index + 1}`).join("\n"));
    const part = await project.call("view", { file_path: "a.txt", offset: 9, limit: 2 });
    assert.match(
      part.content,
      /^<file>\n {4}10\|line 10\n {4}11\|line 11\n\n\(File has more lines.* line 11\)\n<\/file>\n$/,
    );
    const start = await project.call("view", { file_path: "a.txt" });
    assert.equal(start.content.match(/\|line/g)?.length, 200);
    const end = await project.call("view", { file_path: "a.txt", offset: 490 });
    assert.ok(!end.content.includes("more lines"));
    const beyond = await project.call("view", { file_path: "a.txt", offset: 600 });
    assert.ok(beyond.isError && beyond.content.includes("has 500 lines"));
  });

  it("shows CRLF files, byte-order marks and empty files as text", async () => {
    await using project = new ToolProject();
    project.write("crlf.txt", "\uFEFFone\r\ntwo\r\n");
    assert.equal(
      (await project.call("view", { file_path: "crlf.txt" })).content,
      "<file>\n     1|one\n     2|two\n</file>\n",
    );
    project.write("empty.txt", "");
    assert.equal((await project.call("view", { file_path: "empty.txt" })).isError, false);
  });

  it("cuts long lines at a character, and stops at the size limit", async () => {
    await using project = new ToolProject();
    project.write("long.txt", `${"é".repeat(1500)}\nshort\n`);
    const result = await project.call("view", { file_path: "long.txt" });
    assert.match(result.content, /\|é{1000}\.\.\.\n {5}2\|short/);
    project.write("wide.txt", Array.from({ length: 200 }, () => "x".repeat(1900)).join("\n"));
    const wide = await project.call("view", { file_path: "wide.txt" });
    assert.ok(wide.content.length < 210 * 1024 && wide.content.includes("File has more lines"));
  });

  it("refuses what is not text, directories and missing files, with a hint", async () => {
    await using project = new ToolProject();
    project.write("binary", Buffer.from([0, 1, 2, 255]));
    project.write("latin", Buffer.from([0x66, 0xe9, 0x0a]));
    project.write("config.json", "{}");
    mkdirSync(project.path("folder"));
    for (const [name, hint] of [
      ["binary", /not valid UTF-8/],
      ["latin", /not valid UTF-8/],
      ["folder", /directory.*ls/],
      ["confg.json/x", /File not found/],
      ["config.jso", /Did you mean.*\n.*config\.json/],
    ] as const) {
      const result = await project.call("view", { file_path: name });
      assert.ok(result.isError, name);
      assert.match(result.content, hint);
    }
  });

  it("hands images over by what they are, not by their names", async () => {
    await using project = new ToolProject();
    project.write("picture.jpg", pngBytes);
    const result = await project.call("view", { file_path: "picture.jpg" });
    assert.deepEqual(result.media, { mimeType: "image/png", data: pngBytes.toString("base64") });
    project.write("text.png", "no image");
    assert.equal((await project.call("view", { file_path: "text.png" })).isError, true);
  });

  it("asks for files outside the project, links and ~ resolved, and says nothing of them before", async () => {
    await using project = new ToolProject();
    const secret = path.join(project.outside, "secret.txt");
    writeFileSync(secret, "secret");
    writeFileSync(path.join(project.home, "note.txt"), "note");
    symlinkSync(secret, project.path("link"));
    symlinkSync(project.outside, project.path("folder"));
    for (const name of ["link", "folder/secret.txt", "../outside/secret.txt", secret, "folder/missing"]) {
      const call = await project.prepare("view", { file_path: name });
      assert.ok(call.kind === "ready", name);
      assert.equal(call.permissions[0]?.action, "read");
      assert.ok(call.permissions[0]?.path.startsWith(project.outside));
    }
    const home = await project.prepare("view", { file_path: "~/note.txt" });
    assert.ok(home.kind === "ready" && home.permissions[0]?.path === path.join(project.home, "note.txt"));
  });

  it("knows a file by one name, however it was reached", async () => {
    await using project = new ToolProject();
    const file = project.write("src/a.txt", "x");
    symlinkSync("src", project.path("linked"));
    const call = await project.prepare("view", { file_path: "linked/../linked/a.txt" });
    assert.ok(call.kind === "ready" && call.permissions.length === 0);
    await call.run();
    assert.deepEqual(project.files.knownPaths(), [file]);
  });

  it("needs no permission for our own spilled outputs", async () => {
    await using project = new ToolProject();
    const spillDirectory = path.join(project.outside, "outputs");
    mkdirSync(spillDirectory);
    writeFileSync(path.join(spillDirectory, "bash-1.txt"), "x");
    const call = await project.prepare(
      "view",
      { file_path: path.join(spillDirectory, "bash-1.txt") },
      { spillDirectory },
    );
    assert.ok(call.kind === "ready" && call.permissions.length === 0);
  });
});
