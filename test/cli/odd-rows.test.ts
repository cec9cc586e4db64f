/** One bad row hides nothing: whatever the tables hold, each session is listed, shown and counted. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { asSessionId } from "../../src/schema/ids.ts";
import { LateModules } from "../../src/term/late-modules.ts";
import { ScrollWindow } from "../../src/term/scroll-window.ts";
import { lineText } from "../../src/term/spans.ts";
import { darkTheme } from "../../src/term/theme-dark.ts";
import { displayCall } from "../../src/tools/all-displays.ts";
import { Transcript } from "../../src/tui/transcript/transcript.ts";
import { CommandLine } from "../harness/command-line.ts";
import { insertOwnRows, ownRows } from "../harness/own-rows.ts";
import { insertStoredSession, storedSession } from "../harness/stored-rows.ts";

async function asked(line: CommandLine, ...argv: readonly string[]): Promise<string> {
  const { code, output, errors } = await line.call([...argv, "--cwd", line.place.project]);
  assert.deepEqual([code, errors], [0, ""], argv.join(" "));
  return output;
}

async function openLine(): Promise<{ readonly line: CommandLine; readonly database: string }> {
  const line = new CommandLine();
  await asked(line, "run", "one");
  return { line, database: path.join(line.place.project, ".crush", "crush.db") };
}

test("on the command line", async () => {
  const { line, database } = await openLine();
  using _line = line;
  await fc.assert(
    fc.asyncProperty(storedSession, async (session) => {
      const id = insertStoredSession(database, session);
      const list = JSON.parse(await asked(line, "session", "list", "--json")) as { readonly uuid: string }[];
      assert.ok(list.some(({ uuid }) => uuid === id));
      assert.equal((await asked(line, "session", "list")).trimEnd().split("\n").length, list.length);
      const { messages } = JSON.parse(await asked(line, "session", "show", "--json", id)) as { messages: unknown[] };
      assert.equal(messages.length, session.rows.length);
      const shown = await asked(line, "session", "show", id);
      assert.ok(shown.includes(`UUID:  ${id}`));
      assert.equal(shown.includes("\u001b"), false);
      await asked(line, "stats");
      JSON.parse(await asked(line, "stats", "--json"));
    }),
    { seed: 261_126, numRuns: 40 },
  );
});

test("on the screen", async () => {
  const { line, database } = await openLine();
  using _line = line;
  const app = await line.openApp({ flags: { cwd: line.place.project } });
  const modules = new LateModules(() => undefined);
  await modules.ready();
  try {
    await fc.assert(
      fc.asyncProperty(storedSession, async (session) => {
        const id = asSessionId(insertStoredSession(database, session));
        assert.ok(app.listSessions().some(({ session: { id: listed } }) => listed === id));
        app.openSession(id);
        const { messages } = app.readTranscript(id, { limit: 50 });
        const transcript = new Transcript({ displayCall, theme: darkTheme, modules });
        transcript.load(messages);
        const { rows } = new ScrollWindow().layout(transcript, { width: 60, height: 500 });
        const shown = rows.map((row) => lineText(transcript.lineOf(row))).join("\n");
        await modules.settled();
        const unreadable = messages.filter((message) => message.unreadable !== null).length;
        assert.equal(shown.split("cannot be read; its").length - 1, unreadable, shown);
        assert.equal(/[\u0000-\u0009\u001b]/u.test(shown), false);
      }),
      { seed: 261_127, numRuns: 150 },
    );
  } finally {
    await app.close();
  }
});

test("what our own tables say of a session may be anything", async () => {
  const { line, database } = await openLine();
  using _line = line;
  const plain = { title: "odd", messageCount: 0, cost: 0, time: 1_700_000_000, todos: null, parent: null };
  const rows = ["user", "assistant"].map((role) => ({
    role,
    parts: '[{"type":"text","data":{"text":"a"}}]',
    model: null,
    provider: null,
    createdAt: 1_700_000_000,
    isSummary: 0,
  }));
  await fc.assert(
    fc.asyncProperty(ownRows, async (own) => {
      const id = insertStoredSession(database, { ...plain, rows, summaryAt: -1 });
      insertOwnRows(database, id, own);
      const call = async (...argv: readonly string[]): Promise<void> => {
        const { code, errors } = await line.call([...argv, "--cwd", line.place.project]);
        assert.equal(code, 0, `${argv.join(" ")}: ${errors}`);
      };
      await call("session", "list", "--all");
      await call("session", "show", id);
      await call("stats");
      await call("stats", "--json");
      await call("session", "search", "odd tokens:>1 cost:>1");
      await call("session", "fork", id);
      // A budget that is spent or a model that does not exist refuses it; what is a bug throws.
      await line.call(["run", "--anyway", "--session", id, "and on", "--cwd", line.place.project]);
    }),
    { seed: 271_127, numRuns: 25 },
  );
});
