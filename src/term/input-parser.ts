import { setKittyProtocolActive } from "@earendil-works/pi-tui/dist/keys.js";
import { StdinBuffer } from "@earendil-works/pi-tui/dist/stdin-buffer.js";
import { StringDecoder } from "node:string_decoder";
import type { Clock } from "../lib/clock.ts";
import { luminance } from "./color.ts";
import { parseKeyPress } from "./key-press.ts";
import type { MouseAction, MouseEvent, TerminalEvent } from "./terminal-event.ts";

/** What the parser tells besides events for the screen. */
export type InputReport = { readonly type: "kitty-keyboard" } | { readonly type: "queries-answered" };

export interface InputParserOptions {
  readonly clock: Clock;
  readonly onEvent: (event: TerminalEvent) => void;
  readonly onReport?: (report: InputReport) => void;
  /** Bytes come over a network, which may tear a key apart. Default: false. */
  readonly isRemote?: boolean;
}

/** How long an escape by itself may be the beginning of another key: then it is the key of that name. */
const escapeMs = { local: 20, remote: 150 } as const;
/** How long the rest of a sequence may take: nobody types the beginning of one. */
const restMs = 500;
/** The rest of a key whose escape was taken for a key by itself, if it comes within this. */
const tornMs = 1_000;
const tornPattern = /^(?:\[[0-9:;<>?]*[A-Za-z~]|O[A-Za-z])$/;
const betweenEscapes = /(?<=\u001b)(?=\u001b)/;
/** The buffer's own timers never come first: ours follow the clock. */
const neverMs = 2_000_000_000;

const pasteStart = "\u001b[200~";
const pasteEnd = "\u001b[201~";
/** A paste whose end does not come is ended after this silence, so that it cannot swallow the keyboard for ever. */
const pasteSilenceMs = 1_000;
/** Plain characters that arrive at once, more than a hand can type: a paste of a terminal without bracketed paste. */
const typedLengthMax = 64;
const multipleClickMs = 500;

const mousePattern = /^\u001b\[<(\d+);(\d+);(\d+)([Mm])$/;
const backgroundPattern = /^\u001b\]11;rgba?:([0-9a-f]+)\/([0-9a-f]+)\/([0-9a-f]+)/i;
const kittyPattern = /^\u001b\[\?\d+u$/;
const attributesPattern = /^\u001b\[\?[\d;]*c$/;
/** Answers of the terminal: never keys. */
const replyPattern = /^\u001b(?:\[\?|[\]P_^X])/;

function mouseAction(code: number, final: string | undefined): MouseAction {
  if ((code & 64) !== 0) {
    const wheels = ["wheel-up", "wheel-down", "wheel-left", "wheel-right"] as const;
    return wheels[code & 3] ?? "wheel-up";
  }
  if (final === "m") return "release";
  return (code & 32) === 0 ? "press" : "drag";
}

function byteOf(hexadecimal: string): string {
  const value = Number.parseInt(hexadecimal, 16) / (16 ** hexadecimal.length - 1);
  return Math.round(value * 255)
    .toString(16)
    .padStart(2, "0");
}

/** Turns what a terminal sends into events. Chunks may be cut anywhere, inside UTF-8 too. */
export class InputParser {
  readonly #options: InputParserOptions;
  readonly #decoder = new StringDecoder("utf8");
  readonly #buffer = new StdinBuffer({ timeout: neverMs, escapeTimeout: neverMs });
  #cancelFlush: (() => void) | null = null;
  #escapeTakenMs = Number.NEGATIVE_INFINITY;
  #highSurrogate = "";
  #recent = "";
  #isPasting = false;
  #cancelWatchdog: (() => void) | null = null;
  #lastPress = { timeMs: 0, row: -1, column: -1, button: "none", clicks: 0 };

  constructor(options: InputParserOptions) {
    this.#options = options;
    this.#buffer.on("data", (sequence) => {
      this.#acceptSequence(sequence);
    });
    this.#buffer.on("paste", (text) => {
      this.#emitPaste(text);
    });
  }

  write(chunk: Uint8Array | string): void {
    const text = typeof chunk === "string" ? chunk : this.#decoder.write(chunk);
    if (text === "") return;
    if (!this.#isPasting && this.#buffer.getBuffer() === "" && this.#isUnmarkedPaste(text)) {
      this.#acceptUnmarkedPaste(text);
      return;
    }
    if (this.#isTornRest(text)) {
      this.#acceptSequence(`\u001b${text}`);
      return;
    }
    this.#followPaste(text);
    // Terminals take control characters out of what they paste: this is the key, and the paste has no end.
    const isInterrupted = this.#isPasting && text.endsWith("\u0003");
    for (const piece of (isInterrupted ? text.slice(0, -1) : text).split(betweenEscapes)) this.#feed(piece);
    this.#flushLater();
    if (!isInterrupted) return;
    this.#endPaste();
    this.#acceptSequence("\u0003");
  }

  [Symbol.dispose](): void {
    this.#cancelWatchdog?.();
    this.#cancelWatchdog = null;
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#buffer.destroy();
    setKittyProtocolActive(false);
  }

  /** An escape on which another follows was pressed by itself; only the last may be the beginning of another key. */
  #feed(piece: string): void {
    const isSecond = piece.startsWith("\u001b") && this.#buffer.getBuffer() === "\u001b";
    if (isSecond) for (const sequence of this.#buffer.flush()) this.#acceptSequence(sequence);
    this.#buffer.process(piece);
  }

  /** What looks like the beginning of a key is taken as it is when no more comes. */
  #flushLater(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const begun = this.#buffer.getBuffer();
    if (begun === "") return;
    const isEscape = begun === "\u001b";
    const delayMs = isEscape ? escapeMs[this.#options.isRemote === true ? "remote" : "local"] : restMs;
    this.#cancelFlush = this.#options.clock.after(delayMs, () => {
      this.#cancelFlush = null;
      if (isEscape) this.#escapeTakenMs = this.#options.clock.nowMs();
      for (const sequence of this.#buffer.flush()) this.#acceptSequence(sequence);
    });
  }

  /** The connection was slower than that: better an escape too many than `[A` in the prompt. */
  #isTornRest(text: string): boolean {
    const isSoon = this.#options.clock.nowMs() - this.#escapeTakenMs <= tornMs;
    this.#escapeTakenMs = Number.NEGATIVE_INFINITY;
    return isSoon && !this.#isPasting && this.#buffer.getBuffer() === "" && tornPattern.test(text);
  }

  #isUnmarkedPaste(text: string): boolean {
    return text.length > typedLengthMax && !text.includes("\u001b");
  }

  /** A carriage return at the very end is the Enter key. */
  #acceptUnmarkedPaste(text: string): void {
    const enter = text.endsWith("\r") ? "\r" : "";
    this.#emitPaste(text.slice(0, text.length - enter.length));
    if (enter !== "") this.#acceptSequence(enter);
  }

  #followPaste(text: string): void {
    const seen = this.#recent + text;
    this.#recent = seen.slice(-(pasteStart.length - 1));
    const start = seen.lastIndexOf(pasteStart);
    const end = seen.lastIndexOf(pasteEnd);
    if (start >= 0 || end >= 0) this.#isPasting = start > end;
    this.#cancelWatchdog?.();
    this.#cancelWatchdog = this.#isPasting
      ? this.#options.clock.after(pasteSilenceMs, () => {
          this.#endPaste();
        })
      : null;
  }

  #endPaste(): void {
    this.#cancelWatchdog?.();
    this.#cancelWatchdog = null;
    this.#isPasting = false;
    this.#recent = "";
    this.#buffer.process(pasteEnd);
  }

  #emitPaste(text: string): void {
    this.#options.onEvent({ type: "paste", text: text.replaceAll(/\r\n?/g, "\n") });
  }

  #acceptSequence(sequence: string): void {
    if (sequence === "") return;
    if (/^[\ud800-\udbff]$/.test(sequence)) {
      this.#highSurrogate = sequence;
      return;
    }
    const whole = this.#highSurrogate + sequence;
    this.#highSurrogate = "";
    const mouse = mousePattern.exec(whole);
    if (mouse !== null) {
      this.#acceptMouse(mouse);
    } else if (whole === "\u001b[I" || whole === "\u001b[O") {
      this.#options.onEvent({ type: "focus", isFocused: whole === "\u001b[I" });
    } else if (replyPattern.test(whole)) {
      this.#acceptReply(whole);
    } else {
      const key = parseKeyPress(whole);
      if (key !== null) this.#options.onEvent({ type: "key", key });
    }
  }

  #acceptReply(reply: string): void {
    const background = backgroundPattern.exec(reply);
    if (background !== null) {
      const [red = "0", green = "0", blue = "0"] = background.slice(1).map(byteOf);
      const appearance = luminance(`#${red}${green}${blue}`) > 0.5 ? "light" : "dark";
      this.#options.onEvent({ type: "background", appearance });
    } else if (kittyPattern.test(reply)) {
      setKittyProtocolActive(true);
      this.#options.onReport?.({ type: "kitty-keyboard" });
    } else if (attributesPattern.test(reply)) {
      this.#options.onReport?.({ type: "queries-answered" });
    }
  }

  #acceptMouse(match: RegExpExecArray): void {
    const code = Number(match[1]);
    const action = mouseAction(code, match[4]);
    const button = (code & 64) === 0 ? ((["left", "middle", "right", "none"] as const)[code & 3] ?? "none") : "none";
    const row = Number(match[3]) - 1;
    const column = Number(match[2]) - 1;
    const clicks = action === "press" ? this.#countClicks({ row, column, button }) : 1;
    const mouse: MouseEvent = {
      action,
      button,
      row,
      column,
      shift: (code & 4) !== 0,
      alt: (code & 8) !== 0,
      ctrl: (code & 16) !== 0,
      clicks,
    };
    this.#options.onEvent({ type: "mouse", mouse });
  }

  #countClicks(press: { readonly row: number; readonly column: number; readonly button: string }): number {
    const last = this.#lastPress;
    const timeMs = this.#options.clock.nowMs();
    const isRepeat =
      timeMs - last.timeMs <= multipleClickMs &&
      press.row === last.row &&
      press.column === last.column &&
      press.button === last.button;
    const clicks = isRepeat ? (last.clicks % 3) + 1 : 1;
    this.#lastPress = { ...press, timeMs, clicks };
    return clicks;
  }
}
