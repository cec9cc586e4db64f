import type { ServerResponse } from "node:http";
import type { SeededRandom } from "./seeded-random.ts";

type Output = Pick<ServerResponse, "write" | "destroyed">;

/**
 * Writes a stream's text so that the pieces on the wire end anywhere: inside an event, inside a character, two events
 * in one piece. What is held back goes out before any pause.
 */
export class ByteCutter {
  readonly #response: Output;
  readonly #random: SeededRandom | null;
  #held: Buffer = Buffer.alloc(0);

  /** Without randomness each text is one piece. */
  constructor(response: Output, random: SeededRandom | null) {
    this.#response = response;
    this.#random = random;
  }

  async write(text: string): Promise<void> {
    if (this.#random === null) {
      await this.#send(Buffer.from(text));
      return;
    }
    const bytes = Buffer.concat([this.#held, Buffer.from(text)]);
    const first = this.#random.integer(0, bytes.length);
    const second = this.#random.integer(first, bytes.length);
    await this.#send(bytes.subarray(0, first));
    await this.#send(bytes.subarray(first, second));
    this.#held = Buffer.from(bytes.subarray(second));
  }

  async flush(): Promise<void> {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    await this.#send(held);
  }

  /** Each piece leaves in a turn of its own, so that the client reads it as one. */
  async #send(bytes: Buffer): Promise<void> {
    if (bytes.length === 0 || this.#response.destroyed) return;
    this.#response.write(bytes);
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
