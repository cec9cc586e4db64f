/** Processes of ours and one of another program over one project, killed hundreds of times. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { failpointNames } from "./world/failpoints.ts";
import { Histogram } from "./world/histogram.ts";
import { killingRun } from "./world/killing-run.ts";
import { WireJudges } from "./world/next-request.ts";

const histogram = new Histogram();

const seeds = Array.from({ length: 14 }, (_, index) => index + 1);

for (const seed of seeds) {
  test(`15 kills, seed ${String(seed)}`, async () => {
    const judges = await WireJudges.start();
    try {
      assert.ok((await killingRun({ seed, kills: 15, judges, histogram })) >= 15);
    } finally {
      await judges.close();
    }
  });
}

test("the kills fell where they were meant to", () => {
  process.stdout.write(`${histogram.table()}\n`);
  assert.ok(histogram.count >= 200);
  assert.ok(histogram.insideTurn >= 0.7 * histogram.count);
  assert.deepEqual(
    failpointNames.filter((name) => histogram.hits(name) < 3),
    [],
  );
});
