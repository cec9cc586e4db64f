/** A real Crush sits for two minutes in a call: `CRUSH_BIN=/path/to/crush`, and `--timeout=300000`; else skipped and said so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { must } from "../../src/lib/assert.ts";
import { databaseRows, type Row } from "../harness/database-rows.ts";
import { quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { answerText, answerWith, lastTurn, withBoth } from "./with-both.ts";
import { spokenLines } from "./same-view.ts";

const holdSeconds = 120;

function crushRows(database: string): Row[] {
  return [
    ...databaseRows(database, "select * from sessions order by id"),
    ...databaseRows(database, "select * from messages order by rowid"),
    ...databaseRows(database, "select * from files order by rowid"),
  ];
}

test("while Crush sits in a call, ours opens, shows and quits, and changes nothing", async (t) => {
  await withBoth(t, async ({ ours, crush, server, sandbox }) => {
    await ours.command("session", "list");
    const input = { command: `sleep ${holdSeconds}; echo awake`, description: "Wait", auto_background_after: 600 };
    answerWith(server, { kind: "text", text: "I wait." }, { kind: "tool-call", name: "bash", input });
    answerText(server, "It took a while.");
    const held = crush.longCommand("run", "-q", "Please wait for it.");
    const sql = "select parts, title from messages join sessions on sessions.id = session_id where role = 'assistant'";
    // Until its call is written, and the title that a small model gives meanwhile.
    for (let isHeld = false; !isHeld;) {
      await ours.command("session", "list");
      const [row] = databaseRows(sandbox.database, sql);
      isHeld = /sleep .*"finished":true/u.test(String(row?.["parts"])) && row?.["title"] === "A scripted title";
    }
    const before = crushRows(sandbox.database);
    const session = must((await ours.list())[0], "Crush's session").uuid;
    const endMs = performance.now() + holdSeconds * 800;
    for (let looks = 0; performance.now() < endMs || looks === 0; looks += 1) {
      await ours.show(session);
      const app = startApp({ sandbox, args: ["-s", session] });
      await app.waitFor("sleep ");
      await untilReady(app);
      await quit(app);
      assert.deepEqual(crushRows(sandbox.database), before, "opening, showing and quitting changed nothing");
    }
    await held;
    const parts = crushRows(sandbox.database)
      .flatMap((row) => (typeof row["parts"] === "string" ? [row["parts"]] : []))
      .flatMap((text) => JSON.parse(text) as { type: string }[]);
    assert.equal(parts.filter(({ type }) => type === "tool_call").length, 1);
    assert.equal(parts.filter(({ type }) => type === "tool_result").length, 1);
    answerText(server, "Continued.");
    await ours.command("run", "-q", "-s", session, "And now?");
    assert.match(
      spokenLines(lastTurn(server)).join("\n"),
      /result of bash\nassistant: It took a while\.\nuser: And now/u,
    );
  });
});
