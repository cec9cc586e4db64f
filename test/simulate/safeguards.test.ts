/** What the journal, the settling and the fencing are for: without any one of them a run finds what is lost or doubled. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "./world/histogram.ts";
import { killingRun } from "./world/killing-run.ts";
import { WireJudges } from "./world/next-request.ts";
import type { ActorOptions } from "./world/protocol.ts";

const findings = {
  journal: /, (?:text|reasoning|call \S+): seen “/u,
  settling: /no finish part|calls without a result|is not booked/u,
  // Whoever lost its place goes on with the step that was settled: it ends it a second time, or is seen in the middle of it.
  fencing: /is booked 2 times|with other words|two results|no finish part/u,
} as const;
/** A run ends with its first finding; so many only so that chance alone does not pass it. */
const killsMax = 1_000;

/** All that is said of an error and of its causes. */
function words(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${words(error.cause)}` : "";
}

for (const name of ["journal", "settling", "fencing"] as const satisfies ActorOptions["without"]) {
  test(`without ${name} a run fails`, async () => {
    const judges = await WireJudges.start();
    try {
      await assert.rejects(
        killingRun({
          seed: 11,
          kills: killsMax,
          judges,
          histogram: new Histogram(),
          without: [name],
          ...(name === "fencing" ? { disturbance: "rob" } : {}),
        }),
        (error) => findings[name].test(words(error)),
      );
    } finally {
      await judges.close();
    }
  });
}
