/** What the transcript keeps of an output; the middle of a longer one is left out. */
const outputLengthMax = 200_000;

/** An output as it comes: its beginning and its end stay, whatever its length. */
export class ShellOutput {
  readonly #head: Buffer[] = [];
  readonly #tail: Buffer[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #droppedBytes = 0;

  /** Twice what is shown is kept of each end, so that a key cut at the edge of what is kept is never shown. */
  add(chunk: Buffer): void {
    if (this.#headBytes < outputLengthMax) {
      this.#head.push(chunk);
      this.#headBytes += chunk.length;
      return;
    }
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    for (let first = this.#tail[0]; first !== undefined; first = this.#tail[0]) {
      if (this.#tailBytes - first.length < outputLengthMax) return;
      this.#tail.shift();
      this.#tailBytes -= first.length;
      this.#droppedBytes += first.length;
    }
  }

  /** `mask` takes the secrets out of each part. */
  text(mask: (text: string) => string): string {
    const isWhole = this.#droppedBytes === 0;
    const all = mask(decode(isWhole ? [...this.#head, ...this.#tail] : this.#head));
    if (isWhole && all.length <= outputLengthMax) return all;
    const end = isWhole ? all : mask(decode(this.#tail));
    const half = outputLengthMax / 2;
    const shown = [all.slice(0, half).toWellFormed(), end.slice(-half).toWellFormed()] as const;
    const missing = this.#headBytes + this.#tailBytes + this.#droppedBytes - Buffer.byteLength(shown.join(""));
    return `${shown[0]}\n… ${String(missing)} bytes left out …\n${shown[1]}`;
  }
}

/** A NUL ends a text in many a program that reads the database. */
function decode(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8").replaceAll("\0", "\u{FFFD}");
}
