/** Where and why a text is not JSON. Lines and columns count from 1. */
export interface JsonError {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

const depthMax = 200;
const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/uy;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy;
const blank = /[ \t\n\r]*/uy;

/** A parser that keeps nothing but its position: the runtimes' own messages name no line, and differ. */
class Scanner {
  readonly #text: string;
  #offset = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get offset(): number {
    return this.#offset;
  }

  #accept(pattern: RegExp): boolean {
    pattern.lastIndex = this.#offset;
    if (!pattern.test(this.#text)) return false;
    this.#offset = pattern.lastIndex;
    return true;
  }

  #peek(): string {
    this.#accept(blank);
    return this.#text[this.#offset] ?? "";
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#offset += 1;
    return true;
  }

  /** Undefined where the rest from here is a value; else the reason, the offset standing at the fault. */
  value(): string | undefined {
    const next = this.#peek();
    if (next === "{") return this.#members("}");
    if (next === "[") return this.#members("]");
    if (next === '"') return this.#string();
    if (this.#accept(literal)) return undefined;
    return next === "" ? "the file ends too early" : `a value was expected, but ${quoted(next)} was found`;
  }

  #string(): string | undefined {
    return this.#accept(string) ? undefined : "this string does not end, or holds an invalid escape";
  }

  #members(close: "}" | "]"): string | undefined {
    this.#offset += 1;
    this.#depth += 1;
    if (this.#depth > depthMax) return "it is nested too deeply";
    if (this.#closes(close)) return undefined;
    for (;;) {
      const fault = close === "}" ? this.#pair() : this.value();
      if (fault !== undefined) return fault;
      if (this.#closes(close)) return undefined;
      if (!this.#take(",")) return `a comma or ${quoted(close)} was expected, but ${quoted(this.#peek())} was found`;
    }
  }

  #closes(close: "}" | "]"): boolean {
    if (!this.#take(close)) return false;
    this.#depth -= 1;
    return true;
  }

  #pair(): string | undefined {
    const next = this.#peek();
    if (next === "}") return "a comma must not stand before '}'";
    if (next !== '"') return `a key in double quotes was expected, but ${quoted(next)} was found`;
    const fault = this.#string();
    if (fault !== undefined) return fault;
    return this.#take(":") ? this.value() : "a colon was expected after the key";
  }

  end(): string | undefined {
    return this.#peek() === "" ? undefined : "something follows after the end of the object";
  }
}

function quoted(text: string): string {
  return text === "" ? "the end of the file" : `'${text}'`;
}

/** Finds the first fault of a text; undefined where it is valid JSON. */
export function findJsonError(text: string): JsonError | undefined {
  const scanner = new Scanner(text);
  const reason = scanner.value() ?? scanner.end();
  if (reason === undefined) return undefined;
  const before = text.slice(0, scanner.offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, reason };
}
