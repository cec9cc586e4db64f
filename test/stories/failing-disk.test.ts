/** Disks that can't take more, and folders that may not be written. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { databaseRows } from "../harness/database-rows.ts";
import { heldStep } from "../harness/held-step.ts";
import { privateMountProblem, runWithMounts, startWithMounts } from "../harness/private-mounts.ts";
import { ask, quit, untilReady } from "../harness/screen-steps.ts";
import { assertStrict } from "../harness/strict-reader.ts";
import { untilWritten } from "../harness/until-stored.ts";
import { answer, withModel } from "../harness/with-model.ts";

const skip = privateMountProblem() ?? false;

test("a read-only project is told as such", { skip }, async () => {
  await withModel(async ({ sandbox, server }) => {
    const result = await runWithMounts(
      sandbox,
      `mount --bind . . && mount -o remount,ro,bind .
       code=0; "$PROGRAM" run -q hello || code=$?; echo "code $code"; ls -A`,
    );
    assert.match(result.stdout, /^code [1-9]\d*$/mu);
    assert.match(result.stderr, /\.crush/u);
    assert.match(result.stderr, /read-only|writ|permi/iu);
    assert.equal(result.stdout.trim().split("\n").length, 1, "nothing was made");
    assert.equal(server.requests.length, 0, "nothing was asked of the model");
  });
});

test("a full disk is told as such, and what was there is still there", { skip }, async () => {
  await withModel(async ({ sandbox, server }) => {
    server.push(answer("An answer that fits."), { ...answer("An answer that does not."), isRepeated: true });
    const result = await runWithMounts(
      sandbox,
      `mkdir -p .crush && mount -t tmpfs -o size=1m none .crush
       "$PROGRAM" run -q "the first question"
       dd if=/dev/zero of=.crush/filler bs=4096 2>/dev/null || true
       code=0; "$PROGRAM" run -q "$(head -c 60000 /dev/zero | tr '\\0' x)" || code=$?
       echo "code $code"
       rm .crush/filler
       echo after; "$PROGRAM" session list --json`,
    );
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /^code [1-9]\d*$/mu);
    assert.match(result.stderr, /space|full/iu);
    const sessions = JSON.parse(result.stdout.split("after\n")[1] ?? "") as { readonly title: string }[];
    assert.ok(sessions.length > 0, "the first session is still there");
  });
});

test("a disk that is full from the start is told as such", { skip }, async () => {
  await withModel(async ({ sandbox, server }) => {
    const result = await runWithMounts(
      sandbox,
      `mkdir -p .crush && mount -t tmpfs -o size=8k none .crush
       code=0; "$PROGRAM" run -q hello || code=$?; echo "code $code"`,
    );
    assert.match(result.stdout, /^code [1-9]\d*$/mu);
    assert.match(result.stderr, /space|full/iu);
    assert.equal(server.requests.length, 0, "nothing was asked of the model");
  });
});

/** Fills the disk when told, makes room when told, and keeps what the program left there. */
const fillsAndEmpties = `
  mkdir -p .crush && mount -t tmpfs -o size=2m none .crush
  (while ! [ -e ../fill ]; do sleep 0.1; done
   dd if=/dev/zero of=.crush/filler bs=4096 2>/dev/null || true; echo yes > ../filled
   while ! [ -e ../room ]; do sleep 0.1; done
   rm .crush/filler) &
  "$PROGRAM"
  cp -r .crush ../kept`;

test(
  "what a full disk does not take is marked on the screen, kept, and written when there is room",
  { skip },
  async () => {
    await withModel(
      async ({ sandbox, server }) => {
        const words = { kind: "text", text: "word ".repeat(2_400) } as const;
        const held = heldStep({ match: { hasTools: true }, blocks: [words], deltaLength: 60 }, 20);
        server.push(held.step);
        await using app = startWithMounts(sandbox, fillsAndEmpties);
        await ask(app, "Tell me");
        await app.waitFor("word word word");
        writeFileSync(path.join(sandbox.root, "fill"), "");
        await untilWritten(sandbox.root, /^filled$/u, /yes/u);
        held.letGo();
        await app.waitFor("not on disk yet, kept here:");
        await server.settled();
        writeFileSync(path.join(sandbox.root, "room"), "");
        await app.waitUntilGone("not on disk yet");
        await untilReady(app);
        await quit(app);
        const kept = path.join(sandbox.root, "kept", "crush.db");
        const [row] = databaseRows(kept, "select parts from messages where role = 'assistant'");
        const text = String(row?.["parts"]);
        assert.ok(text.split("word ").length > 2_300, text.slice(-300));
        assert.match(text, /"end_turn"/u);
        assertStrict(kept);
      },
      { dialect: "deepseek" },
    );
  },
);
