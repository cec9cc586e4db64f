import { StringDecoder } from "node:string_decoder";
import { SecretFilter } from "../lib/mask-secrets.ts";

/** An output as others than the person's own row get it: text, without secrets, and without the NUL that ends a text in many a program. */
export class MaskedOutput {
  readonly #filter: SecretFilter;
  readonly #decoder = new StringDecoder("utf8");

  constructor(secrets: readonly string[]) {
    this.#filter = new SecretFilter(secrets);
  }

  /** What can be shown by now: the beginning of what may become a secret waits for its end. */
  push(chunk: Buffer): string {
    return this.#filter.push(this.#decoder.write(chunk)).replaceAll("\0", "\u{FFFD}");
  }

  /** What waits: nothing more comes. */
  rest(): string {
    return this.#filter.flush();
  }
}
