import { isJsonObject, type JsonObject, parseJson } from "../../lib/json.ts";

/** Index after the string that begins at `start`; -1 where it does not end. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return -1;
}

/** Without an escape that is cut in half. */
function withoutCutEscape(text: string): string {
  const [cut = ""] = /\\+(?:u[0-9a-fA-F]{0,3})?$/.exec(text) ?? [];
  const backslashes = cut.replace(/u.*$/, "").length;
  return backslashes % 2 === 0 ? text : text.slice(0, text.length - (cut.length - backslashes) - 1);
}

const structure = /["{}[\],]/g;

/** Walks over a cut-off JSON text and closes what it leaves open; what has no value yet is left out. */
class Closer {
  readonly #text: string;
  readonly #open: string[] = [];
  /** The text up to here, closed, is whole. */
  #wholeEnd = 0;
  #isKeyNext = false;

  constructor(text: string) {
    this.#text = text;
  }

  closed(): string {
    const pattern = new RegExp(structure);
    for (let match = pattern.exec(this.#text); match !== null; match = pattern.exec(this.#text)) {
      if (match[0] !== '"') {
        this.#bracket(match[0], match.index);
        continue;
      }
      const end = stringEnd(this.#text, match.index);
      if (end < 0) return this.#isKeyNext ? this.#end() : `${withoutCutEscape(this.#text)}"${this.#closers()}`;
      if (!this.#isKeyNext) this.#wholeEnd = end;
      this.#isKeyNext = false;
      pattern.lastIndex = end;
    }
    return this.#end();
  }

  #bracket(character: string, index: number): void {
    if (character === "{" || character === "[") this.#open.push(character === "{" ? "}" : "]");
    else if (character !== ",") this.#open.pop();
    this.#wholeEnd = character === "," ? index : index + 1;
    this.#isKeyNext = (character === "{" || character === ",") && this.#open.at(-1) === "}";
  }

  #end(): string {
    return this.#text.slice(0, this.#wholeEnd) + this.#closers();
  }

  #closers(): string {
    return this.#open.toReversed().join("");
  }
}

/** The arguments of a tool call, as far as they have come. Empty where nothing can be made of them. */
export function parsePartialObject(text: string): JsonObject {
  const whole = parseJson(text);
  const value = whole === undefined ? parseJson(new Closer(text).closed()) : whole;
  return isJsonObject(value) ? value : {};
}
