/** While a model streams 200 deltas/s of 40 characters for 10 s: processor time, bytes written, key-to-paint. */
import { BenchModelServer, benchSandbox, fillWithMessages } from "./bench-project.ts";
import { printFigures } from "./measure.ts";
import { OwnInstallation } from "./own-installation.ts";
import { streamOnce, type StreamSample } from "./streaming.ts";

const rounds = 3;
const cpuGoalSeconds = 1.2;
const keyGoalMs = 16;

using server = await BenchModelServer.start();
using installation = new OwnInstallation();
const samples: StreamSample[] = [];
for (let round = 0; round < rounds; round += 1) {
  using sandbox = benchSandbox(server);
  const session = await fillWithMessages(sandbox, { count: 2000, sizeBytes: 4_900_000 });
  samples.push(await streamOnce({ launcher: installation.launcher, sandbox, session }));
}
const keyMs = samples.flatMap((sample) => sample.keyMs);
const isGood = printFigures("bench/stream: 200 deltas/s of 40 characters for 10 s, in a session of 2,000 messages", [
  { name: "processor time", unit: "s", samples: samples.map((sample) => sample.cpuSeconds), goal: cpuGoalSeconds },
  { name: "bytes to the terminal", unit: "KiB", samples: samples.map((sample) => sample.bytesKib) },
  { name: "key to paint, p95", unit: "ms", samples: keyMs, quantile: 0.95, goal: keyGoalMs },
  { name: "PSS afterwards", unit: "MiB", samples: samples.map((sample) => sample.pssMib) },
]);
if (!isGood) process.exitCode = 1;
