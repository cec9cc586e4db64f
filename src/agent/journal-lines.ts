import type { Clock } from "../lib/clock.ts";
import type { JsonValue } from "../lib/json.ts";
import type { JournalPort } from "./ports.ts";

/** How long what came may wait in memory. Half of what is promised: the timer may be late. */
const flushAfterMs = 50;
const pendingLengthMax = 65_536;

/** Lines on their way into a journal, each a JSON array: what comes within 50 ms is handed over at once. */
export class JournalLines {
  readonly #file: JournalPort;
  readonly #clock: Clock;
  #lines = "";
  #delta: { readonly number: number; text: string } | null = null;
  #isDiskFailing = false;
  #cancelFlush: (() => void) | null = null;

  constructor(file: JournalPort, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  add(record: readonly JsonValue[]): void {
    this.#closeDelta();
    this.#lines += `${JSON.stringify(record)}\n`;
    this.#scheduleFlush();
  }

  /** The line `[number, text]`; of neighbouring ones of one number one is made. */
  addDelta(number: number, text: string): void {
    if (this.#delta?.number !== number) {
      this.#closeDelta();
      this.#delta = { number, text: "" };
    }
    this.#delta.text += text;
    this.#scheduleFlush();
  }

  /** Hands over what waits in memory. */
  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#closeDelta();
    if (this.#lines === "") return;
    this.#isDiskFailing = !this.#file.append(this.#lines);
    if (this.#isDiskFailing) this.#scheduleFlush();
    else this.#lines = "";
  }

  /** What was said could not be put on disk: whoever settles it finds it here. */
  close(): void {
    this.flush();
    this.#stop();
    this.#file.close();
  }

  /** It is on disk in another way, or is given up: nothing of it has to be kept here. */
  remove(): void {
    this.#stop();
    this.#file.remove();
  }

  #stop(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#lines = "";
    this.#delta = null;
  }

  #closeDelta(): void {
    const delta = this.#delta;
    if (delta === null) return;
    this.#delta = null;
    this.#lines += `${JSON.stringify([delta.number, delta.text])}\n`;
  }

  #scheduleFlush(): void {
    const pendingLength = this.#lines.length + (this.#delta?.text.length ?? 0);
    if (pendingLength > pendingLengthMax && !this.#isDiskFailing) {
      this.flush();
      return;
    }
    this.#cancelFlush ??= this.#clock.after(flushAfterMs, () => {
      this.#cancelFlush = null;
      this.flush();
    });
  }
}
