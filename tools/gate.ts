/**
 * The gate: every check of this repository, cheapest first.
 *
 *   gate.ts            everything (npm test)
 *   gate.ts check      what must hold before each commit lands (npm run check)
 *   gate.ts <stage…>   the named stages
 *
 * All stages run even when one fails; the last line is `N passed, N failed`, with `, N skipped` where any were.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Counts } from "./junit-report.ts";
import { checkStage, nodeTestStage, root, type Stage, testStage } from "./stage.ts";
import { findTestFiles, type TestStageName, testStageOf } from "./test-files.ts";

const checkNames = ["format", "lint", "types", "dependencies", "unit"];

const testFiles = findTestFiles(root);

function filesOf(name: TestStageName): string[] {
  return testFiles.filter((file) => testStageOf(file) === name);
}

function folderStage(name: TestStageName, folder: string): Stage[] {
  return existsSync(path.join(root, folder)) ? [testStage(name, { files: filesOf(name), order: "alone" })] : [];
}

const sources = ["src", "test", "tools", "bench", "bin"].filter((folder) => existsSync(path.join(root, folder)));

const stages: readonly Stage[] = [
  checkStage("format", ["node_modules/.bin/oxfmt", "--check", "."]),
  checkStage("lint", ["node_modules/.bin/oxlint", ...sources]),
  checkStage("types", ["node_modules/typescript-native/bin/tsc", "--noEmit"]),
  checkStage("dependencies", ["tools/dependency-rule.ts"]),
  checkStage("unused", ["node_modules/.bin/knip"]),
  testStage("unit", { files: filesOf("unit"), order: "parallel" }),
  nodeTestStage(
    "unit-on-node",
    filesOf("unit").filter((file) => file.startsWith("src/")),
  ),
  testStage("planted", { files: filesOf("planted"), order: "alone" }),
  ...(filesOf("integration").length > 0
    ? [testStage("integration", { files: filesOf("integration"), order: "parallel" })]
    : []),
  ...folderStage("stories", "test/stories"),
  ...folderStage("simulation", "test/simulate"),
  testStage("smoke", { files: filesOf("smoke"), order: "alone" }),
];

function chosenStages(names: readonly string[]): readonly Stage[] {
  if (names.length === 0) return stages;
  const wanted = names.flatMap((name) => (name === "check" ? checkNames : [name]));
  const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    throw new Error(`no such stage: ${unknown.join(", ")}; there are ${stages.map((stage) => stage.name).join(", ")}`);
  }
  return stages.filter((stage) => wanted.includes(stage.name));
}

async function runStage(stage: Stage): Promise<Counts> {
  process.stdout.write(`== ${stage.name}\n`);
  const startMs = performance.now();
  const counts = await stage.run();
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const verdict = counts.failed === 0 ? "ok" : "FAILED";
  process.stdout.write(`== ${stage.name}: ${verdict}, ${describe(counts)}, ${seconds} s\n`);
  return counts;
}

function describe({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

let total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const stage of chosenStages(process.argv.slice(2))) total = sum(total, await runStage(stage));
process.stdout.write(`${describe(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
