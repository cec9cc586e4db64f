import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../lib/json.ts";

/** Parameters of a tool: an object schema whose entries carry a description for the model. */
export type ParameterSchema<Input> = v.GenericSchema<unknown, Input>;

export function parametersOf(schema: ParameterSchema<unknown>): JsonObject {
  const { $schema: _, ...parameters } = toJsonSchema(schema, { errorMode: "ignore" });
  return parameters as JsonObject;
}

/** Models write `"5"` for 5, `"true"` for true, a list as its JSON text, and null for what they leave out. */
function repaired(value: JsonValue, type: JsonValue | undefined): JsonValue {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if ((type === "integer" || type === "number") && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (type === "array" || type === "object") return parseJson(text) ?? value;
  return value;
}

function repairedInput(input: JsonObject, parameters: JsonObject): JsonObject {
  const properties = isJsonObject(parameters["properties"]) ? parameters["properties"] : {};
  const entries = Object.entries(input).flatMap(([name, value]): [string, JsonValue][] => {
    if (value === null) return [];
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return [[name, isJsonObject(property) ? repaired(value, property["type"]) : value]];
  });
  return Object.fromEntries(entries);
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const where = v.getDotPath(issue);
  if (where === null) return issue.message;
  if (issue.received === "undefined") return `\`${where}\` is required`;
  return `\`${where}\`: ${issue.message}`;
}

function signatureOf(parameters: JsonObject): string {
  const properties = isJsonObject(parameters["properties"]) ? parameters["properties"] : {};
  const required = Array.isArray(parameters["required"]) ? parameters["required"] : [];
  return Object.entries(properties)
    .map(([name, property]) => {
      const type = isJsonObject(property) && typeof property["type"] === "string" ? property["type"] : "any";
      return `${name}${required.includes(name) ? "" : "?"}: ${type}`;
    })
    .join(", ");
}

export type ParsedInput<Input> =
  | { readonly kind: "valid"; readonly input: Input }
  | { readonly kind: "invalid"; readonly message: string };

/** Checks what a model sent. The message of an invalid input names each fault and the parameters that there are. */
export function parseToolInput<Input>(
  schema: ParameterSchema<Input>,
  parameters: JsonObject,
  input: JsonValue,
): ParsedInput<Input> {
  const expected = `Parameters: { ${signatureOf(parameters)} }`;
  if (!isJsonObject(input)) return { kind: "invalid", message: `The input must be a JSON object. ${expected}` };
  const parsed = v.safeParse(schema, repairedInput(input, parameters));
  if (parsed.success) return { kind: "valid", input: parsed.output };
  const problems = parsed.issues.slice(0, 5).map(problemOf);
  return { kind: "invalid", message: `Invalid input: ${problems.join("; ")}. ${expected}` };
}
