import { isJsonObject, type JsonValue } from "../lib/json.ts";
import { settingsSchema } from "./settings-schema.ts";

/** The parts of valibot's schema objects that lead to the schemas of members. */
interface SchemaNode {
  readonly type: string;
  readonly wrapped?: SchemaNode;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly value?: SchemaNode;
  readonly item?: SchemaNode;
}

export interface Finding {
  /** A list where an object belongs (valibot takes it for one), or a key that nothing reads. */
  readonly kind: "list-for-object" | "unknown-key";
  readonly keys: readonly (string | number)[];
}

type Keys = readonly (string | number)[];

function inspectObject(node: SchemaNode, value: JsonValue, keys: Keys): Finding[] {
  if (!isJsonObject(value)) return [{ kind: "list-for-object", keys }];
  return Object.entries(value).flatMap(([key, member]) => {
    const child = node.entries === undefined ? node.value : memberOf(node.entries, key);
    if (child === undefined) return [{ kind: "unknown-key" as const, keys: [...keys, key] }];
    return inspect(child, member, [...keys, key]);
  });
}

function memberOf(entries: Readonly<Record<string, SchemaNode>>, key: string): SchemaNode | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}

function inspect(node: SchemaNode, value: JsonValue, keys: Keys): Finding[] {
  if (node.wrapped !== undefined) return value === null ? [] : inspect(node.wrapped, value, keys);
  if (node.type === "loose_object" || node.type === "record") return inspectObject(node, value, keys);
  const { item } = node;
  if (item === undefined || !Array.isArray(value)) return [];
  return value.flatMap((member, index) => inspect(item, member, [...keys, index]));
}

/** Finds what the schema itself lets through. `settings` has passed it. */
export function inspectSettings(settings: JsonValue): Finding[] {
  return inspect(settingsSchema, settings, []);
}
