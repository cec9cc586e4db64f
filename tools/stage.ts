/** One stage of the gate, and how it is run: a process whose exit code decides, or a test run whose results count. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findNode, noNodeReason } from "./find-node.ts";
import { type Counts, judgeRun, readJunitReport } from "./junit-report.ts";
import { readNamedStories } from "./named-stories.ts";

export interface Stage {
  readonly name: string;
  readonly run: () => Promise<Counts>;
}

export const root = path.resolve(import.meta.dirname, "..");

/** Raised from Bun's five seconds: a loaded machine must not fail a test that waits for a process. */
export const testTimeoutMs = 60_000;

/**
 * A test file that leaves a handle open never ends on Node: the stage then fails instead of the machine waiting. The longest
 * stage takes four minutes on two idle processors.
 */
const stageTimeoutMs = 40 * 60_000;

/** Resolves to the exit code. */
function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      timeout: stageTimeoutMs,
      killSignal: "SIGKILL",
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Runs a JavaScript or TypeScript file on this very Bun, whatever its first line asks for. */
function runOnBun(args: readonly string[]): Promise<number> {
  return run(process.execPath, ["--bun", ...args]);
}

/** A stage that counts as one check: passed when the program exits with 0. */
export function checkStage(name: string, args: readonly string[]): Stage {
  return {
    name,
    run: async () => {
      const failed = (await runOnBun(args)) === 0 ? 0 : 1;
      return { passed: 1 - failed, failed, skipped: 0 };
    },
  };
}

export interface TestStageOptions {
  /** Relative to the root. None at all is a failure: a gate that checks nothing must not look green. */
  readonly files: readonly string[];
  /** `parallel`: files run side by side; `alone`: one after the other, for tests that measure or watch the clock. */
  readonly order: "parallel" | "alone";
}

export function testStage(name: string, { files, order }: TestStageOptions): Stage {
  return {
    name,
    run: () =>
      withReport(files, (reportFile) =>
        runOnBun([
          "test",
          `--timeout=${testTimeoutMs}`,
          "--only-failures",
          order === "parallel" ? "--parallel" : "--isolate",
          "--reporter=junit",
          `--reporter-outfile=${reportFile}`,
          // A bare path would be a filter that matches other files too.
          ...files.map((file) => `./${file}`),
        ]),
      ),
  };
}

/** The same tests on Node. Skipped, and said so, where there is none that is new enough. */
export function nodeTestStage(name: string, files: readonly string[]): Stage {
  return {
    name,
    run: async () => {
      const node = findNode(root);
      if (node === undefined) {
        process.stdout.write(`skipped: ${noNodeReason}\n`);
        return { passed: 0, failed: 0, skipped: 1 };
      }
      const reporters = ["--test-reporter=dot", "--test-reporter-destination=stdout", "--test-reporter=junit"];
      const paths = files.map((file) => path.join(root, file));
      return withReport(paths, (reportFile) =>
        run(node, [
          "--test",
          `--test-timeout=${testTimeoutMs}`,
          "--disable-warning=ExperimentalWarning",
          ...reporters,
          `--test-reporter-destination=${reportFile}`,
          ...paths,
        ]),
      );
    },
  };
}

/** Runs tests that write a JUnit report to the path they are given, prints what is wrong, and counts. */
async function withReport(
  files: readonly string[],
  runTests: (reportFile: string) => Promise<number>,
): Promise<Counts> {
  const folder = mkdtempSync(path.join(tmpdir(), "crush-gate-"));
  try {
    const reportFile = path.join(folder, "junit.xml");
    const exitCode = await runTests(reportFile);
    const report = readJunitReport(readIfThere(reportFile));
    const storyTitles = new Set(readNamedStories(root).map(({ title }) => title));
    const { counts, problems } = judgeRun({ exitCode, expectedFiles: files, report, storyTitles });
    for (const skippedName of report.skippedNames) process.stdout.write(`skipped: ${skippedName}\n`);
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
