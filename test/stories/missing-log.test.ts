/** Somebody cleans up after a crash and takes the database's log along: the window says so, and what had streamed is kept. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { runProgram } from "../harness/run-program.ts";
import { ask, quit, untilReady } from "../harness/screen-steps.ts";
import { startApp } from "../harness/start-app.ts";
import { untilWritten } from "../harness/until-stored.ts";
import { answer, withModel } from "../harness/with-model.ts";

test("a log that is missing after kill -9 is said in the window, and names the file with what had streamed", async () => {
  await withModel(
    async ({ sandbox, server }) => {
      server.push(answer("One."), {
        match: { hasTools: true },
        blocks: [{ kind: "text", text: `The part that was said. ${"And more. ".repeat(20)}` }],
        deltaLength: 40,
        fault: { at: "middle", afterFrames: 7, error: "hang" },
      });
      await runProgram({ sandbox, args: ["run", "-q", "first"] });
      await using app = startApp({ sandbox, args: ["-C"] });
      await ask(app, "second");
      await app.waitFor("The part that was said.");
      await untilWritten(path.join(sandbox.dataDirectory, "journal"), /\.jsonl$/u, /The part that was said\./u);
      app.kill("SIGKILL");
      await app.exited;
      rmSync(`${sandbox.database}-wal`);

      await using again = startApp({ sandbox, args: ["-C"] });
      await untilReady(again);
      await again.waitFor("crush.db-wal is missing");
      await again.waitFor("is kept in");
      const name = readdirSync(sandbox.dataDirectory).find((file) => file.startsWith("crush.db.unfinished-"));
      await again.waitFor(name ?? "a file");
      assert.match(readFileSync(path.join(sandbox.dataDirectory, name ?? ""), "utf8"), /The part that was said\./u);
      await quit(again);
      assert.match(again.terminal.mainText(), /warning: \S+crush\.db-wal is missing/u);
    },
    { leaves: "unsettled" },
  );
});
