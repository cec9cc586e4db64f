import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeRun, readJunitReport } from "./junit-report.ts";

const xml = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="4" assertions="0" failures="1" skipped="1" time="0.3">
  <testsuite name="a.test.ts" file="src/a.test.ts" tests="4" failures="1" skipped="1">
    <testcase name="one" classname="" time="0.001" file="src/a.test.ts" line="4" assertions="0" />
    <testcase name="a &lt; b, b > a" classname="" time="0.001" file="src/a.test.ts" line="4" assertions="0" />
    <testcase name="needs &quot;x&quot; &amp; y" time="0" file="src/a.test.ts" line="5" assertions="0">
      <skipped />
    </testcase>
    <testcase name="bad" time="0" file="src/b.test.ts" line="6" assertions="0">
      <failure type="AssertionError" message="no">no</failure>
    </testcase>
  </testsuite>
</testsuites>`;

test("results, files and skipped names are read", () => {
  const report = readJunitReport(xml);
  assert.deepEqual(
    { passed: report.passed, failed: report.failed, skipped: report.skipped },
    { passed: 2, failed: 1, skipped: 1 },
  );
  assert.deepEqual([...report.files], ["src/a.test.ts", "src/b.test.ts"]);
  assert.deepEqual(report.skippedNames, ['needs "x" & y']);
});

test("Node's report is read", () => {
  const report = readJunitReport(`<testsuites>
  <testcase name="a" time="0.0005" classname="test" file="/x/s.test.ts"/>
  <testcase name="b" time="0.0001" classname="test" file="/x/s.test.ts">
    <skipped type="skipped" message="no such thing here"/>
  </testcase>
  <testcase name="c" time="0.0006" classname="test" file="/x/s.test.ts" failure="1 !== 2&#10;">
    <failure type="testCodeFailure" message="1 !== 2">[Error] { code: 'x' }</failure>
  </testcase>
  </testsuites>`);
  assert.deepEqual(
    { passed: report.passed, failed: report.failed, skipped: report.skipped },
    { passed: 1, failed: 1, skipped: 1 },
  );
});

const green = readJunitReport(xml.replace(/<failure .*failure>/u, ""));

test("a run in which all files reported and nothing failed passes", () => {
  const { counts, problems } = judgeRun({ exitCode: 0, expectedFiles: ["src/a.test.ts"], report: green });
  assert.deepEqual({ counts, problems }, { counts: { passed: 3, failed: 0, skipped: 1 }, problems: [] });
});

test("a runner that ended badly is a failure even where no test failed", () => {
  assert.equal(judgeRun({ exitCode: 1, expectedFiles: ["src/a.test.ts"], report: green }).counts.failed, 1);
});

test("a test file without tests is a failure", () => {
  const { counts, problems } = judgeRun({ exitCode: 0, expectedFiles: ["src/c.test.ts"], report: green });
  assert.equal(counts.failed, 1);
  assert.deepEqual(problems, ["no test of src/c.test.ts was run"]);
});

test("a process that ended before it could report is a failure", () => {
  const { counts } = judgeRun({ exitCode: 0, expectedFiles: ["src/a.test.ts"], report: readJunitReport("") });
  assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0 });
});

test("a stage without test files is a failure", () => {
  assert.equal(judgeRun({ exitCode: 0, expectedFiles: [], report: green }).counts.failed, 1);
});

test("a skipped test is a failure where a feature is shown by it", () => {
  const run = { exitCode: 0, expectedFiles: ["src/a.test.ts"], report: green };
  const { counts, problems } = judgeRun({ ...run, storyTitles: new Set(['needs "x" & y']) });
  assert.deepEqual(problems, ['docs/stories.md names "needs "x" & y", and it was skipped']);
  assert.equal(counts.failed, 1);
  assert.equal(judgeRun({ ...run, storyTitles: new Set(["one"]) }).counts.failed, 0);
});
