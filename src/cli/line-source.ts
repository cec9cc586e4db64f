/** Standard input line by line; what comes before it is asked for waits. */
export class LineSource {
  readonly #input: NodeJS.ReadStream;
  readonly #lines: string[] = [];
  #text = "";
  #isEnded = false;
  #waiting: ((line: string | null) => void) | null = null;

  constructor(input: NodeJS.ReadStream) {
    this.#input = input;
    input.setEncoding("utf8");
    input.on("data", this.#onData);
    input.on("end", this.#onEnd);
    input.on("error", this.#onEnd);
    input.resume();
  }

  /** Null at the end of the input. One at a time. */
  next(): Promise<string | null> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#isEnded) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  close(): void {
    this.#input.off("data", this.#onData);
    this.#input.off("end", this.#onEnd);
    this.#input.off("error", this.#onEnd);
    this.#input.pause();
    this.#end();
  }

  #give(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) this.#lines.push(line);
    else waiting(line);
  }

  #end(): void {
    this.#isEnded = true;
    this.#waiting?.(null);
    this.#waiting = null;
  }

  readonly #onData = (data: Buffer | string): void => {
    const parts = (this.#text + data.toString()).split("\n");
    this.#text = parts.pop() ?? "";
    for (const part of parts) this.#give(part.replace(/\r$/u, ""));
  };

  readonly #onEnd = (): void => {
    if (this.#text !== "") this.#give(this.#text);
    this.#text = "";
    this.#end();
  };
}
