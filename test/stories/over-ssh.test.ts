/** Over a connection such as SSH: another machine's terminal, torn and late input, a reader that is slow. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { keySequence, pasteSequence } from "../harness/keys.ts";
import { residentBytes } from "../harness/resident-bytes.ts";
import { repositoryRoot, Sandbox } from "../harness/sandbox.ts";
import { ask, askAndWait, quit, untilReady } from "../harness/screen-steps.ts";
import { type RunningApp, startApp } from "../harness/start-app.ts";
import { answer, withModel } from "../harness/with-model.ts";

const practice = { models: { large: { provider: "practice", model: "practice" } } };
const overSsh = { SSH_CONNECTION: "192.0.2.1 50022 192.0.2.2 22", SSH_TTY: "/dev/pts/7" };

function practiceSandbox(): Sandbox {
  const sandbox = new Sandbox();
  sandbox.writeGlobalConfig(practice);
  sandbox.writeFile("notes.txt", "walnut\n");
  return sandbox;
}

/** Each piece in a write of its own. How long the pauses between them may be stands in the parser's tests. */
async function writePieces(app: RunningApp, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    app.write(piece);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

test("with any usual TERM it works, copies by OSC 52, sets only colours that there are, and leaves nothing on", async () => {
  for (const term of ["xterm-256color", "screen-256color", "tmux-256color", "linux"]) {
    using sandbox = practiceSandbox();
    await using app = startApp({
      sandbox,
      columns: 80,
      rows: 24,
      environment: { ...overSsh, TERM: term, COLORTERM: "" },
    });
    await askAndWait(app, "read notes.txt", /Done with view/u);
    app.press("tab", "c");
    await app.waitFor("Message copied");
    const copied = Buffer.from((app.terminal.clipboardWrites.at(-1) ?? "").replace(/^c;/u, ""), "base64");
    assert.match(copied.toString("utf8"), /walnut/u);
    app.press("tab");
    assert.doesNotMatch(app.output, /\u001b\[[\d;]*[34]8;2;/u, "no 24-bit colours");
    if (term === "linux") assert.doesNotMatch(app.output, /\u001b\[[\d;]*[34]8;5;/u, "no more than 16 colours");
    await quit(app);
  }
});

test("with TERM=dumb it goes on line by line, without being asked to", async () => {
  using sandbox = practiceSandbox();
  await using app = startApp({ sandbox, environment: { ...overSsh, TERM: "dumb" } });
  await app.waitFor("Crush, plain text. /help lists the commands");
  await app.waitFor(/You: ?$/u);
  app.write("/quit\r");
  assert.equal((await app.exited).code, 0);
  assert.doesNotMatch(app.output, /\u001b/u);
});

test("keys and pastes that come in pieces are whole", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push({
      match: { hasTools: true },
      blocks: [{ kind: "text", text: "One line of the answer.\n\n".repeat(10) }],
      deltaLength: 40,
      fault: { at: "middle", afterFrames: 5, error: "hang" },
    });
    await using app = startApp({ sandbox, columns: 80, rows: 24, environment: overSsh });
    await untilReady(app);
    await ask(app, "Tell me");
    await app.waitFor("One line of");
    app.type("ab");
    await app.waitFor("› ab");
    await writePieces(app, ["\u001b[", "D"]);
    app.type("X");
    await app.waitFor("› aXb");
    const paste = pasteSequence("first row\nand ünïcode 鍛冶");
    const bytes = Buffer.from(paste, "utf8");
    const starts = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, index) => index * 5);
    await writePieces(
      app,
      starts.map((start) => bytes.subarray(start, start + 5).toString("latin1")),
    );
    await app.waitFor("aXfirst row");
    assert.equal(app.terminal.find("[D"), null);
    assert.equal(app.terminal.find("200~"), null);
    await writePieces(app, keySequence("ctrl+u") + keySequence("end") + keySequence("ctrl+u"));
    app.press("escape");
    await app.waitFor("esc again cancels");
    app.press("escape");
    await untilReady(app);
    app.press("ctrl+c");
    await app.waitFor("Leave Crush?");
    app.write("y");
    await app.exited;
  });
});

test("escape pressed twice cancels, also where both presses arrive as one", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push({
      match: { hasTools: true },
      blocks: [],
      rate: { deltasPerSecond: 20, charactersPerDelta: 20, seconds: 60, source: "One line of the answer.\n\n" },
    });
    await using app = startApp({ sandbox, columns: 80, rows: 24, environment: overSsh });
    await untilReady(app);
    await ask(app, "Tell me");
    await app.waitFor("One line of");
    app.write("\u001b\u001b");
    await untilReady(app);
    assert.notEqual(app.terminal.find("Canceled"), null);
    await quit(app);
  });
});

test("a terminal that never answers what it is asked is worked with all the same", async () => {
  using sandbox = practiceSandbox();
  await using app = startApp({ sandbox, columns: 80, rows: 24, isSilent: true, environment: overSsh });
  await askAndWait(app, "read notes.txt", "walnut");
  app.press("ctrl+s");
  await app.waitFor("─ Sessions");
  app.press("escape");
  await app.waitUntilGone("─ Sessions");
  assert.notEqual(app.terminal.find("walnut"), null);
  await quit(app);
});

test("a reader that takes nothing for seconds blocks no turn, costs no memory, and then sees the newest frame", async (t) => {
  await withModel(async ({ sandbox, server }) => {
    sandbox.writeFile("notes.txt", "walnut\n");
    server.push(
      answer("Hello."),
      {
        match: { hasTools: true },
        blocks: [{ kind: "tool-call", name: "view", input: { file_path: "notes.txt" } }],
        // Every frame is another one: prose, lists and code that scroll by.
        rate: { deltasPerSecond: 100, charactersPerDelta: 150, seconds: 3 },
      },
      answer("After the tool."),
    );
    const pidFile = path.join(sandbox.root, "program.pid");
    const relay = path.join(repositoryRoot, "test", "harness", "relay-program.ts");
    await using app = startApp({
      sandbox,
      columns: 180,
      rows: 60,
      environment: { ...overSsh, COLORTERM: "truecolor", TERM: "xterm-256color" },
      through: [process.execPath, ...process.execArgv, relay, pidFile],
    });
    await untilReady(app);
    await askAndWait(app, "Say hello", "Hello.");
    const pid = Number(readFileSync(pidFile, "utf8"));
    await ask(app, "Tell me all");
    await app.waitFor("writing");
    const before = residentBytes(pid);
    const written = app.output.length;
    app.kill("SIGSTOP");
    // Two turns, a title, and the next step of the second turn: the answer has streamed and its tool has run.
    await server.arrived(4);
    const after = residentBytes(pid);
    app.kill("SIGCONT");
    await untilReady(app);
    await app.waitFor("After the tool.");
    if (before === null || after === null) t.diagnostic("this system does not tell how much memory a process has");
    else assert.ok(after - before < 64 * 1024 * 1024, `${after - before} bytes more are held`);
    // Read all the time it is about ten times as much.
    assert.ok(app.output.length - written < 150_000, `${app.output.length - written} bytes: only what was newest`);
    await quit(app);
  });
});
