import assert from "node:assert/strict";
import { test } from "node:test";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { settingsSchema } from "./settings-schema.ts";
import { splitSettings } from "./split-settings.ts";

interface Node {
  readonly type: string;
  readonly wrapped?: Node;
  readonly entries?: Readonly<Record<string, Node>>;
  readonly value?: Node;
}

function members(node: Node | undefined): Readonly<Record<string, Node>> {
  const inner = node?.wrapped ?? node;
  return inner?.entries ?? {};
}

function memberOf(node: Node | undefined): Node | undefined {
  return (node?.wrapped ?? node)?.value;
}

const place = { file: "/p/crush.json", workingDirectory: "/p", projectRoot: "/p", home: "/home/someone" };

/** Puts one value below these keys, splits, and says on which side it came out. */
function judge(keys: readonly string[], value: JsonValue): string {
  const settings = keys.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value) as JsonObject;
  const { safe, dangerous } = splitSettings(settings, place);
  const rest = keys.reduce<JsonValue | undefined>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), safe);
  const sides = [rest === undefined ? [] : ["safe"], dangerous.length === 0 ? [] : ["dangerous"]].flat();
  return sides.length === 1
    ? sides.join()
    : `${keys.join(".")}: ${sides.length === 0 ? "not judged" : "on both sides"}`;
}

test("each key of the schema is judged: believed, or waiting for trust", () => {
  const sections = members(settingsSchema);
  const judged = [
    ...Object.keys(members(sections["options"])).map((key) => judge(["options", key], "/outside")),
    ...Object.keys(members(memberOf(sections["providers"]))).map((key) => judge(["providers", "x", key], "value")),
    ...Object.keys(members(memberOf(sections["models"]))).map((key) => judge(["models", "large", key], "value")),
    ...["mcp", "lsp", "hooks", "env", "permissions", "keys", "budgets"].map((key) => judge([key, "member"], "value")),
    ...["$schema", "tools"].map((key) => judge([key], "value")),
  ];
  assert.deepEqual(
    judged.filter((side) => side !== "safe" && side !== "dangerous"),
    [],
  );
  const handled = [
    "$schema",
    "models",
    "providers",
    "options",
    "tools",
    "mcp",
    "lsp",
    "hooks",
    "env",
    "permissions",
    "keys",
    "budgets",
  ];
  // The list of models used lately is the person's: a project's has no effect.
  assert.deepEqual(Object.keys(sections).toSorted(), [...handled, "recent_models"].toSorted());
  assert.deepEqual(splitSettings({ recent_models: {} }, place), { safe: {}, dangerous: [] });
});

test("an unknown key is dropped", () => {
  const settings = {
    future: 1,
    options: { future: 1 },
    providers: { x: { future: 1 } },
    models: { large: { models: [1] } },
  };
  assert.deepEqual(splitSettings(settings, place), {
    safe: { options: {}, providers: { x: {} }, models: { large: {} } },
    dangerous: [],
  });
});
