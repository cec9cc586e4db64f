/**
 * The gate: every check of this repository, cheapest first.
 *
 *   gate.ts            everything (npm test)
 *   gate.ts check      what must hold before each commit lands (npm run check)
 *   gate.ts <stage…>   the named stages
 *
 * All stages run even when one fails; the last line is `N passed, N failed, N skipped`.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { checkStage, type Counts, root, type Stage, testStage } from "./stage.ts";

const sources = ["src", "test", "tools", "bench"].filter((folder) => existsSync(path.join(root, folder)));

function hasTests(folder: string): boolean {
  const directory = path.join(root, folder);
  if (!existsSync(directory)) return false;
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).some((file) => file.endsWith(".test.ts"));
}

const unitPaths = [...(hasTests("src") ? ["./src"] : []), "./test/tidy.test.ts"];

const stages: readonly Stage[] = [
  checkStage("format", ["node_modules/.bin/oxfmt", "--check", "."]),
  checkStage("lint", ["node_modules/.bin/oxlint", ...sources]),
  checkStage("types", ["node_modules/.bin/tsc", "--noEmit"]),
  checkStage("dependencies", ["tools/dependency-rule.ts"]),
  testStage("unit", unitPaths),
];

const checkNames = ["format", "lint", "types", "dependencies", "unit"];

function chosenStages(names: readonly string[]): Stage[] {
  if (names.length === 0) return [...stages];
  const wanted = names.flatMap((name) => (name === "check" ? checkNames : [name]));
  const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    throw new Error(`no such stage: ${unknown.join(", ")}; there are ${stages.map((stage) => stage.name).join(", ")}`);
  }
  return stages.filter((stage) => wanted.includes(stage.name));
}

async function runAll(chosen: readonly Stage[]): Promise<Counts> {
  let total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const stage of chosen) {
    const startMs = performance.now();
    process.stdout.write(`== ${stage.name}\n`);
    const { passed, failed, skipped } = await stage.run();
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    process.stdout.write(
      `== ${stage.name}: ${failed === 0 ? "ok" : "FAILED"}, ${passed} passed, ${failed} failed, ${seconds} s\n`,
    );
    total = { passed: total.passed + passed, failed: total.failed + failed, skipped: total.skipped + skipped };
  }
  return total;
}

const total = await runAll(chosenStages(process.argv.slice(2)));
const skippedPart = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skippedPart}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
