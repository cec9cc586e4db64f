import { isJsonObject } from "../lib/json.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";

/**
 * Reads the fields of JSON that another program may have written: a missing field or null is the type's empty value, as
 * Crush reads it; a field of another type is a problem, of which the first is kept.
 */
export class FieldReader {
  readonly #data: JsonObject;
  readonly #type: string;
  readonly #number: number;
  problem: string | null = null;

  /** A part's data; its type and its number among the row's parts name it in the problem. */
  constructor(data: JsonValue | undefined, part: { readonly type: string; readonly number: number }) {
    this.#type = part.type;
    this.#number = part.number;
    this.#data = isJsonObject(data) ? data : {};
    if (data !== undefined && data !== null && !isJsonObject(data)) this.problem = `${this.#what()} is not an object`;
  }

  text(name: string): string {
    const value = this.#data[name] ?? "";
    if (typeof value === "string") return value;
    return this.#wrong(name, "text", "");
  }

  /** Fractions, which no valid row has, are cut off. */
  integer(name: string): number {
    const value = this.#data[name] ?? 0;
    if (typeof value === "number") return Math.trunc(value);
    return this.#wrong(name, "a number", 0);
  }

  flag(name: string): boolean {
    const value = this.#data[name] ?? false;
    if (typeof value === "boolean") return value;
    return this.#wrong(name, "true or false", false);
  }

  any(name: string): JsonValue {
    return this.#data[name] ?? null;
  }

  #wrong<T>(name: string, expected: string, empty: T): T {
    this.problem ??= `${this.#what()}.${name} is not ${expected}`;
    return empty;
  }

  #what(): string {
    return `part ${String(this.#number)} (${this.#type})`;
  }
}
