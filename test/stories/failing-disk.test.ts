/** Disks that can't take more, and folders that may not be written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { privateMountProblem, runWithMounts } from "../harness/private-mounts.ts";
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
