import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";
import { droppedImagePath } from "./paste.ts";

const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

test("new lines: shift+enter, ctrl+j and a backslash before enter", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("one");
  await running.press("shift+enter");
  await running.type("two");
  await running.press("ctrl+j");
  await running.type("three\\");
  await running.press("enter");
  await running.type("four");
  await running.press("enter");
  assert.equal(app.prompts[0]?.prompt.text, "one\ntwo\nthree\nfour");
});

test("history: up at the first line, down again to what was being written", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  app.history = ["newest", "older"];
  const running = await startScreenProgram(t, { app });
  await running.press("up");
  assert.equal(running.program.state.editor.text, "newest");
  await running.press("up");
  assert.equal(running.program.state.editor.text, "older");
  await running.press("down", "down");
  assert.equal(running.program.state.editor.text, "");
});

test("a long paste becomes a text attachment, a short one stays text", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.paste("short\ntext");
  assert.equal(running.program.state.editor.text, "short\ntext");
  const megabyte = "x".repeat(1_000_000);
  await running.paste(megabyte);
  await running.paste(Array.from({ length: 12 }, (_, index) => `row ${index}`).join("\n"));
  assert.match(running.text, /\[paste_1\.txt 976\.6 KB\] \[paste_2\.txt 73 B\]/);
  await running.press("enter");
  const attachments = app.prompts[0]?.prompt.attachments ?? [];
  assert.deepEqual(
    attachments.map(({ path: name, mimeType }) => [name, mimeType]),
    [
      ["paste_1.txt", "text/plain"],
      ["paste_2.txt", "text/plain"],
    ],
  );
  assert.equal(Buffer.from(attachments[0]?.data ?? "", "base64").toString("utf8"), megabyte);
  assert.doesNotMatch(running.text, /paste_1/);
});

test("ctrl+r removes the only attachment, and asks which of several", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  for (const text of ["a", "b"]) await running.paste(text.repeat(3000));
  await running.press("ctrl+r", "up", "enter");
  assert.match(running.text, /paste_2\.txt/);
  assert.doesNotMatch(running.text, /paste_1\.txt/);
  await running.press("escape", "ctrl+r");
  assert.doesNotMatch(running.text, /paste_2\.txt/);
  await running.press("ctrl+r");
  assert.match(running.text, /nothing is attached/);
});

test("files are attached by path; what is neither text nor image is refused with the reason", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "crush-attach-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(path.join(folder, "picture.png"), png);
  writeFileSync(path.join(folder, "notes.txt"), "plain notes");
  writeFileSync(path.join(folder, "blob.bin"), Buffer.from([0, 1, 2]));
  const app = new FakeApp({ config: { workingDirectory: folder, projectRoot: folder } });
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  const attach = async (name: string): Promise<void> => {
    await running.press("ctrl+f");
    await running.type(name);
    await running.press("enter");
    await running.program.idle();
  };
  await attach("picture.png");
  assert.match(running.text, /\[picture\.png 16 B\]/);
  await attach("notes.txt");
  assert.match(running.text, /\[notes\.txt 11 B\]/);
  await attach("blob.bin");
  assert.match(running.text, /is neither text nor an image/);
  await attach("missing.txt");
  assert.match(running.text, /can't be read \(ENOENT\)/);
  await running.paste(path.join(folder, "picture.png"));
  await running.program.idle();
  await running.press("enter");
  assert.deepEqual(
    app.prompts[0]?.prompt.attachments.map(({ mimeType }) => mimeType),
    ["image/png", "text/plain", "image/png"],
  );
});

test("a dropped path that is no file stays text", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.paste("/nowhere/at/all.png");
  await running.waitUntil(() => running.program.state.editor.text !== "");
  assert.equal(running.program.state.editor.text, "/nowhere/at/all.png");
});

const dropped = [
  ["/tmp/a.png", "/tmp/a.png"],
  ["'/tmp/a b.png'", "/tmp/a b.png"],
  ["/tmp/a\\ b.jpg ", "/tmp/a b.jpg"],
  ["file:///tmp/a%20b.webp", "/tmp/a b.webp"],
  ["~/pictures/a.gif", "~/pictures/a.gif"],
  ["look at /tmp/a.png", undefined],
  ["/tmp/a.txt", undefined],
  ["a.png\nb.png", undefined],
] as const;

for (const [text, expected] of dropped) {
  test(`dropped: ${JSON.stringify(text)}`, () => {
    assert.equal(droppedImagePath(text), expected);
  });
}

test("@ lists paths, tab puts one in, esc closes the list", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  app.paths = ["src/anvil.ts", "src/anvil.test.ts"];
  const running = await startScreenProgram(t, { app });
  await running.type("see @anv");
  await running.advance(50);
  assert.match(running.text, /› src\/anvil\.ts/);
  await running.press("down", "tab");
  assert.equal(running.program.state.editor.text, "see src/anvil.test.ts ");
  assert.equal(running.program.state.completion, null);
  await running.type("(@anv");
  await running.advance(50);
  await running.press("enter");
  assert.equal(running.program.state.editor.text, "see src/anvil.test.ts (src/anvil.ts ");
  await running.type("@anv");
  await running.advance(50);
  await running.press("escape");
  assert.equal(running.program.state.completion, null);
  assert.equal(app.prompts.length, 0);
});

test("a path with unusual characters is put in quotes, in place of one that was typed", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  app.paths = ["my notes/anvil list.md"];
  const running = await startScreenProgram(t, { app });
  await running.type("see @anv");
  await running.advance(50);
  await running.press("tab");
  assert.equal(running.program.state.editor.text, 'see "my notes/anvil list.md" ');
  app.paths = ['an "odd"\nname.md'];
  await running.type('("@odd');
  await running.advance(50);
  await running.press("tab");
  assert.equal(
    running.program.state.editor.text,
    String.raw`see "my notes/anvil list.md" ("an \"odd\"\nname.md" `,
    "a line break is no line break of the prompt",
  );
});

test("an e-mail address asks for no path", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  app.paths = ["example.com"];
  const running = await startScreenProgram(t, { app });
  await running.type("ada@example");
  await running.advance(50);
  assert.equal(running.program.state.completion, null);
});

test("! runs a command of the person's own, and esc esc stops it", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("!ls");
  assert.match(running.text, /── shell ──/);
  await running.press("enter");
  await running.advance(55);
  assert.ok(app.calls.includes(`runShellCommand(${id}, ls)`));
  assert.match(running.text, /output of it/);
  assert.match(running.text, / ready/);
  await running.type("!sleep");
  await running.press("enter");
  assert.match(running.text, /running !sleep/);
  await running.press("escape", "escape");
  await running.advance(55);
  assert.match(running.text, / ready/);
});

test("of a long command as much is said as leaves room for the key that stops it", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app, size: { columns: 80, rows: 24 } });
  await running.paste(`!sleep ${"1 && sleep ".repeat(20)}1`);
  await running.press("enter");
  assert.match(running.text, /running !sleep 1 && sleep [^]*… 0 s {2}esc esc cancels/u);
  await running.press("escape");
  assert.match(running.text, /running !sleep 1 && sleep [^]*… 0 s {2}esc again cancels/u);
});

test("a pasted /command is run, and a path that begins with a slash is a prompt", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.paste("/rename Better name");
  await running.press("enter");
  assert.ok(app.calls.includes(`renameSession(${id}, Better name)`));
  await running.paste("/etc/hosts is what?");
  await running.press("enter");
  assert.equal(app.prompts[0]?.prompt.text, "/etc/hosts is what?");
});

test("the palette takes arguments, shows why a command can't be run, and closes on backspace", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("/compact");
  assert.match(running.text, /nothing has been said yet/);
  await running.press("enter");
  assert.ok(!app.calls.some((call) => call.startsWith("compactSession")));
  await running.press("ctrl+u", "backspace");
  assert.equal(running.program.state.dialogs.length, 0);
  await running.type("/new sweep the floor");
  await running.press("enter");
  await running.advance(55);
  assert.ok(app.calls.includes("createSession()"));
  assert.equal(app.prompts[0]?.prompt.text, "sweep the floor");
});

test("/yolo switches and says so; grants are listed and revoked", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  app.grants = [
    {
      id: "grant-1",
      scope: "project",
      sessionId: null,
      tool: "bash",
      action: "execute",
      pattern: "npm test",
      createdAtMs: 0,
    },
  ];
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+y");
  assert.ok(app.calls.includes("setYolo(true)"));
  assert.match(running.text, /Yolo is on/);
  await running.type("/permissions");
  await running.press("enter");
  assert.match(running.text, /npm test +project/);
  await running.press("x");
  assert.ok(app.calls.includes("revokeGrant(grant-1)"));
  assert.match(running.text, /nothing was granted/);
});

test("a project that wants trust is asked about once, by name", async (t) => {
  const untrusted = [
    { file: "/home/ada/forge/crush.json", key: "mcp.evil", reason: "starts a program" },
    { file: "/home/ada/forge/crush.json", key: "permissions.allowed_tools", reason: "runs tools without asking" },
  ];
  const app = new FakeApp({ config: { untrusted, isTrusted: false } });
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  assert.match(running.text, /Trust this project\?/);
  assert.match(running.text, /crush\.json: mcp\.evil – starts a program/);
  await running.press("escape");
  assert.ok(!app.calls.includes("trustProject()"));
  await running.type("/trust");
  await running.press("enter", "t");
  assert.ok(app.calls.includes("trustProject()"));
});

test("quitting ends a command of the person's own first", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("!sleep");
  await running.press("enter", "ctrl+c", "ctrl+c");
  assert.equal(await running.program.ended, 0);
  const [message] = app.readTranscript(id, { limit: 100 }).messages;
  assert.deepEqual(message?.parts, [
    { type: "shell_command", command: "sleep", output: "output of it", exitCode: 130 },
  ]);
});
