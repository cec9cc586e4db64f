import assert from "node:assert/strict";
import { test } from "node:test";
import { summaryRequest } from "./compaction.ts";

test("the handover's request carries the open work as it is", () => {
  const request = summaryRequest([
    { content: "Add a test", status: "in_progress", activeForm: "Adding a test" },
    { content: "Ship", status: "pending", activeForm: "" },
  ]);
  assert.match(request, /- \[in_progress\] Add a test\n- \[pending\] Ship$/u);
  assert.doesNotMatch(summaryRequest([]), /\[/u);
});
