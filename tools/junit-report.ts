/** What one stage of the gate came to. A static stage counts as one. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface ReportedTests extends Counts {
  /** Files with at least one test: relative to the current folder from Bun, absolute from Node. */
  readonly files: ReadonlySet<string>;
  /** Names of the skipped tests. */
  readonly skippedNames: readonly string[];
}

function attribute(attributes: string, name: string): string {
  return new RegExp(`\\s${name}="([^"]*)"`, "u").exec(attributes)?.[1] ?? "";
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&apos;", "'")
    .replaceAll("&#10;", "\n")
    .replaceAll("&amp;", "&");
}

/** An attribute's value may hold a `>`. */
const testCase = /<testcase((?:\s+[\w-]+="[^"]*")*)\s*(?:\/>|>([\s\S]*?)<\/testcase>)/gu;

/** Reads the JUnit report of Bun's or Node's test runner; an empty text (the runner died) holds no tests. */
export function readJunitReport(xml: string): ReportedTests {
  const cases = [...xml.matchAll(testCase)].map(([, attributes = "", content = ""]) => ({
    name: unescaped(attribute(attributes, "name")),
    file: unescaped(attribute(attributes, "file")),
    isFailed: /<(?:failure|error)\b/u.test(content),
    isSkipped: /<skipped\b/u.test(content),
  }));
  const skippedNames = cases.filter((each) => each.isSkipped).map((each) => each.name);
  const failed = cases.filter((each) => each.isFailed).length;
  return {
    passed: cases.length - failed - skippedNames.length,
    failed,
    skipped: skippedNames.length,
    files: new Set(cases.map((each) => each.file)),
    skippedNames,
  };
}

export interface RunOutcome {
  readonly exitCode: number;
  readonly expectedFiles: readonly string[];
  readonly report: ReportedTests;
  /** Titles of tests that may not be skipped: each shows a feature. */
  readonly storyTitles?: ReadonlySet<string>;
}

/**
 * The result of a test run. A run that ended badly, or that left out a file (it held no test, or the process ended
 * early), has at least one failure, whatever was counted.
 */
export function judgeRun(run: RunOutcome): { counts: Counts; problems: string[] } {
  const { exitCode, expectedFiles, report, storyTitles } = run;
  const missing = expectedFiles.filter((file) => !report.files.has(file));
  const problems = missing.map((file) => `no test of ${file} was run`);
  if (exitCode !== 0 && report.failed === 0) problems.push(`the test runner ended with exit code ${exitCode}`);
  for (const name of report.skippedNames) {
    if (storyTitles?.has(name) === true) problems.push(`docs/stories.md names "${name}", and it was skipped`);
  }
  if (expectedFiles.length === 0) problems.push("there is no test file");
  const failed = report.failed === 0 && problems.length > 0 ? 1 : report.failed;
  return { counts: { passed: report.passed, failed, skipped: report.skipped }, problems };
}
