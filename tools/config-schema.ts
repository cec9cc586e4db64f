/**
 * The published JSON schema of `crush.json`, made from the validator. Run as a program, writes docs/schema.json;
 * a test fails while that file is not what this makes.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import { providerTypes } from "../src/config/to-providers.ts";
import { settingsSchema } from "../src/config/settings-schema.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../src/lib/json.ts";
import { settingDescriptions } from "./setting-descriptions.ts";

export const schemaFile = path.resolve(import.meta.dirname, "../docs/schema.json");

/** `null` says nothing anywhere; naming it everywhere would only bury what a key is for. */
function withoutNull(schema: JsonObject): JsonObject {
  const { anyOf, ...others } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const kinds = anyOf.filter((kind) => !isJsonObject(kind) || kind["type"] !== "null");
  const [only] = kinds;
  return kinds.length === 1 && isJsonObject(only) ? { ...others, ...only } : { ...others, anyOf: kinds };
}

function describeMembers(members: JsonValue | undefined, key: string): JsonObject {
  if (!isJsonObject(members)) return {};
  const entries = Object.entries(members).map(([name, member]) => [
    name,
    describe(member, key === "" ? name : `${key}.${name}`),
  ]);
  return { properties: Object.fromEntries(entries) as JsonObject };
}

function describe(value: JsonValue, key: string): JsonValue {
  if (!isJsonObject(value)) return value;
  const schema = withoutNull(value);
  const description = settingDescriptions[key];
  const { properties, items, additionalProperties, propertyNames: _, required, ...others } = schema;
  const isRequiring = Array.isArray(required) && required.length > 0;
  return {
    ...(description !== undefined && { description }),
    ...others,
    ...(isRequiring && { required }),
    ...(key === "providers.*.type" && { examples: [...providerTypes] }),
    ...describeMembers(properties, key),
    ...(isJsonObject(items) && { items: describe(items, `${key}.*`) }),
    ...(isJsonObject(additionalProperties) && Object.keys(additionalProperties).length > 0
      ? { additionalProperties: describe(additionalProperties, `${key}.*`) }
      : {}),
  };
}

/** Keys that the validator knows, as `settingDescriptions` names them. */
export function settingKeys(value: JsonValue, key = ""): string[] {
  if (!isJsonObject(value)) return [];
  const { properties, items, additionalProperties } = withoutNull(value);
  const names = isJsonObject(properties) ? Object.entries(properties) : [];
  return [
    ...names.flatMap(([name, member]) => {
      const inner = key === "" ? name : `${key}.${name}`;
      return [inner, ...settingKeys(member, inner)];
    }),
    ...settingKeys(items ?? null, `${key}.*`),
    ...settingKeys(additionalProperties ?? null, `${key}.*`),
  ];
}

export function configSchema(): JsonObject {
  const schema = describe(toJsonSchema(settingsSchema, { target: "draft-2020-12" }) as JsonObject, "") as JsonObject;
  const { $schema, ...others } = schema;
  return { $schema: $schema ?? "", title: "crush.json", ...others };
}

if (import.meta.main) writeFileSync(schemaFile, `${JSON.stringify(configSchema(), null, 2)}\n`);
