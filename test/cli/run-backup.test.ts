/** `crush run` takes the day's backup beside its answer. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { querySql } from "../harness/open-test-store.ts";
import { runProgram } from "../harness/run-program.ts";
import type { Sandbox } from "../harness/sandbox.ts";
import { withModel } from "../harness/with-model.ts";

/** All that lies in the folder of backups, but for the notes. */
function copies(sandbox: Sandbox): string[] {
  const folder = path.join(sandbox.globalData, "backups");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes(".db"))
    .map((name) => path.join(folder, name));
}

const slow = {
  match: { hasTools: true },
  rate: { deltasPerSecond: 20, charactersPerDelta: 10, seconds: 3, source: "slowly, " },
} as const;

test("a run that lasts takes it; the next one does not", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(slow);
    const first = await runProgram({ sandbox, args: ["run", "-q", "be slow"] });
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    const made = copies(sandbox);
    assert.match(made.join(" "), /^\S+Z\.db$/u);
    assert.deepEqual(querySql(made[0] ?? "", "select count(*) as n from messages where role = 'user'"), [{ n: 1 }]);
    server.push(slow);
    await runProgram({ sandbox, args: ["run", "-q", "again"] });
    assert.deepEqual(copies(sandbox), made);
  });
});

test("a run that is ended ends at once, and leaves no half of a copy", async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(slow);
    const { code } = await runProgram({
      sandbox,
      args: ["run", "-q", "be slow"],
      onOutput: (text, kill) => {
        if (text.length > 150) kill("SIGINT");
      },
    });
    assert.notEqual(code, 0);
    assert.deepEqual(
      copies(sandbox).filter((name) => name.includes(".part")),
      [],
    );
  });
});
