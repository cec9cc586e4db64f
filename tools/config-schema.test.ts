import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { configSchema, schemaFile, settingKeys } from "./config-schema.ts";
import { settingDescriptions } from "./setting-descriptions.ts";

test("the published schema is current", () => {
  const published: unknown = JSON.parse(readFileSync(schemaFile, "utf8"));
  assert.deepEqual(published, configSchema(), "run tools/run-on-bun tools/config-schema.ts");
});

test("each setting is described, and nothing else is", () => {
  // Members of maps and lists have no name of their own.
  const keys = settingKeys(configSchema()).filter((key) => !key.startsWith("recent_models."));
  assert.deepEqual(Object.keys(settingDescriptions).toSorted(), keys.toSorted());
});
