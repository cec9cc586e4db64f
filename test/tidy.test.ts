/** House rules that no linter has. Each message names the fix. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { boundaryRules } from "./tidy/boundary-rules.ts";
import { documentRules } from "./tidy/document-rules.ts";
import { namingRules } from "./tidy/naming-rules.ts";
import { readRepository } from "./tidy/repository.ts";
import { storyRule } from "./tidy/story-rule.ts";
import { suppressionRule } from "./tidy/suppression-rule.ts";
import { testRules } from "./tidy/test-rules.ts";
import { textRules } from "./tidy/text-rules.ts";

const files = readRepository();
const rules = [
  ...namingRules,
  ...boundaryRules,
  ...testRules,
  ...textRules,
  ...documentRules,
  storyRule,
  suppressionRule,
];

for (const rule of rules) {
  test(rule.name, () => {
    const offences = rule.check(files);
    assert.ok(offences.length === 0, `\n${offences.join("\n")}`);
  });
}

test("the rules see the product's code", () => {
  assert.ok(files.some((file) => file.path === "src/main.ts"));
});
