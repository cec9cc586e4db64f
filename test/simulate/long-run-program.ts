/**
 * A program of its own: `tools/run-on-bun test/simulate/long-run-program.ts [kills] [lanes] [first seed]` kills processes as
 * killing.test.ts does, 5,000 times unless told, in as many projects side by side as there are lanes. Prints what failed, by
 * its seed, and where the kills fell.
 */
import { failpointNames } from "./world/failpoints.ts";
import { Histogram } from "./world/histogram.ts";
import { killingRun } from "./world/killing-run.ts";
import { WireJudges } from "./world/next-request.ts";

const [killsText = "5000", lanesText = "2", seedText = "1000"] = process.argv.slice(2);
const killsWanted = Number(killsText);
const killsPerSeed = 50;
const histogram = new Histogram();
const failures: string[] = [];
let seed = Number(seedText);

function words(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${words(error.cause)}` : "";
}

async function lane(): Promise<void> {
  const judges = await WireJudges.start();
  while (histogram.count < killsWanted) {
    const own = seed;
    seed += 1;
    try {
      await killingRun({ seed: own, kills: killsPerSeed, judges, histogram });
    } catch (error) {
      failures.push(words(error));
      process.stdout.write(`FAILED ${words(error)}\n`);
    }
    process.stdout.write(`seed ${String(own)}: ${String(histogram.count)} kills so far\n`);
  }
  await judges.close();
}

await Promise.all(Array.from({ length: Number(lanesText) }, lane));
process.stdout.write(`${histogram.table()}\n`);
const rare = failpointNames.filter((name) => histogram.hits(name) < 3);
if (rare.length > 0) process.stdout.write(`hit less than three times: ${rare.join(", ")}\n`);
process.stdout.write(`${String(failures.length)} seeds failed\n`);
process.exit(failures.length + rare.length === 0 ? 0 : 1);
