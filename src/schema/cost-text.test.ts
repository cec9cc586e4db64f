import assert from "node:assert/strict";
import { test } from "node:test";
import { costWords, dollars, limitDollars } from "./cost-text.ts";

test("US$ have four decimals below ten cents, and are never rounded to nothing", () => {
  assert.deepEqual(
    [0, 0.000_01, 0.0012, 0.0999, 0.1, 2.766, 1234].map((usd) => dollars(usd)),
    ["$0", "<$0.0001", "$0.0012", "$0.0999", "$0.10", "$2.77", "$1234.00"],
  );
});

test("a limit is shown with all its digits", () => {
  assert.deepEqual(
    [0, 0.000_001, 0.000_05, 0.001, 0.02, 0.505, 0.5, 1.51, 20].map((usd) => limitDollars(usd)),
    ["$0", "$0.000001", "$0.00005", "$0.0010", "$0.0200", "$0.5050", "$0.50", "$1.51", "$20.00"],
  );
});

test("what is known is shown as the least that it was, and what is unknown never as $0", () => {
  const words = (knownCostUsd: number, unknownCostRequests: number): string =>
    costWords({ knownCostUsd, unknownCostRequests }, { unknown: "unknown", dollars });
  assert.deepEqual(
    [words(2.766, 0), words(2.766, 3), words(0, 1), words(0, 0), words(0.000_01, 1)],
    ["$2.77", "≥$2.77", "unknown", "$0", ">$0"],
  );
});
