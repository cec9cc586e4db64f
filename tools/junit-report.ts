/** What one stage of the gate came to. A static stage counts as one. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface ReportedTests extends Counts {
  /** Files with at least one test, as they were named on the command line. */
  readonly files: ReadonlySet<string>;
  /** Names of the skipped tests. */
  readonly skippedNames: readonly string[];
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`, "u").exec(tag)?.[1] ?? "";
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

/** Reads the JUnit report that Bun's test runner writes; an empty text (the runner died) holds no tests. */
export function readJunitReport(xml: string): ReportedTests {
  const totals = /<testsuites [^>]*>/u.exec(xml)?.[0] ?? "";
  const tests = Number(attribute(totals, "tests"));
  const skipped = Number(attribute(totals, "skipped"));
  const failed = Number(attribute(totals, "failures")) + Number(attribute(totals, "errors"));
  const cases = [...xml.matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/gu)];
  return {
    passed: Math.max(0, tests - skipped - failed),
    failed,
    skipped,
    files: new Set(cases.map((match) => unescaped(attribute(match[0], "file")))),
    skippedNames: cases
      .filter((match) => /<skipped\b/u.test(match[2] ?? ""))
      .map((match) => unescaped(attribute(match[0], "name"))),
  };
}

export interface RunOutcome {
  readonly exitCode: number;
  readonly expectedFiles: readonly string[];
  readonly report: ReportedTests;
}

/**
 * The result of a test run. A run that ended badly, or that left out a file (it held no test, or the process ended
 * early), has at least one failure, whatever was counted.
 */
export function judgeRun({ exitCode, expectedFiles, report }: RunOutcome): { counts: Counts; problems: string[] } {
  const missing = expectedFiles.filter((file) => !report.files.has(file.replace(/^\.\//u, "")));
  const problems = missing.map((file) => `no test of ${file} was run`);
  if (exitCode !== 0 && report.failed === 0) problems.push(`the test runner ended with exit code ${exitCode}`);
  if (expectedFiles.length === 0) problems.push("there is no test file");
  const failed = report.failed === 0 && problems.length > 0 ? 1 : report.failed;
  return { counts: { passed: report.passed, failed, skipped: report.skipped }, problems };
}
