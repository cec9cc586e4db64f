import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Clock } from "../lib/clock.ts";
import { InputParser, type InputReport } from "./input-parser.ts";
import type { TerminalEvent } from "./terminal-event.ts";

/** A clock that stands until it is moved. */
class FakeClock implements Clock {
  #nowMs = 0;
  #timers: { dueMs: number; callback: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
    const due = this.#timers.filter((timer) => timer.dueMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => timer.dueMs > this.#nowMs);
    for (const timer of due) timer.callback();
  }
}

function createParser(options: { readonly isRemote?: boolean } = {}) {
  const clock = new FakeClock();
  const events: TerminalEvent[] = [];
  const reports: InputReport[] = [];
  const parser = new InputParser({
    clock,
    ...options,
    onEvent: (event) => events.push(event),
    onReport: (report) => reports.push(report),
  });
  return { parser, clock, events, reports };
}

function eventsOf(...chunks: readonly (string | Uint8Array)[]): TerminalEvent[] {
  const { parser, events } = createParser();
  for (const chunk of chunks) parser.write(chunk);
  parser[Symbol.dispose]();
  return events;
}

const names = (events: readonly TerminalEvent[]): string[] =>
  events.map((event) => (event.type === "key" ? event.key.name : event.type));
const textOf = (events: readonly TerminalEvent[]): string =>
  events
    .map((event) => (event.type === "key" ? (event.key.text ?? "") : event.type === "paste" ? event.text : ""))
    .join("");

test("keys have the names that bindings use", () => {
  const keys: Readonly<Record<string, string>> = {
    a: "a",
    Z: "Z",
    "\r": "enter",
    "\t": "tab",
    " ": "space",
    "\u007f": "backspace",
    "\u0003": "ctrl+c",
    "\u001a": "ctrl+z",
    "\u001b[A": "up",
    "\u001b[1;5C": "ctrl+right",
    "\u001b[5~": "pageUp",
    "\u001b[3~": "delete",
    "\u001b[Z": "shift+tab",
    "\u001bb": "alt+b",
    "\u001b[13;2u": "shift+enter",
    "\u001b[27;2;13~": "shift+enter",
    "\u001b[112;6u": "ctrl+shift+p",
    "\u001bOP": "f1",
    "\u001b[27u": "escape",
    "\u001b[97:65;2u": "A",
    "\u001b[32;2u": "space",
    "\u001b[57414u": "enter",
    "\u001b[57399u": "0",
    "\u001b[1~": "home",
    "\u001b[4~": "end",
    "\u001bF": "shift+alt+f",
    "+": "+",
    "\u001b[43;5u": "ctrl++",
    "\u001b[15~": "f5",
    é: "é",
    "?": "?",
  };
  for (const [raw, name] of Object.entries(keys)) assert.deepEqual(names(eventsOf(raw)), [name], JSON.stringify(raw));
});

test("typed characters carry their text, others none", () => {
  const [letter, arrow, space, pad] = eventsOf("ä", "\u001b[A", " ", "\u001b[57414u");
  assert.ok(pad?.type === "key" && pad.key.text === null);
  assert.ok(letter?.type === "key" && letter.key.text === "ä");
  assert.ok(arrow?.type === "key" && arrow.key.text === null);
  assert.ok(space?.type === "key" && space.key.text === " ");
});

test("text arrives whole however its bytes are cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "é", "日", "👍", "\u001b[A", "ß")),
      fc.array(fc.nat(3)),
      (parts, cuts) => {
        const bytes = Buffer.from(parts.join(""), "utf8");
        const chunks: Uint8Array[] = [];
        let start = 0;
        for (let cut = 0; start < bytes.length; cut++) {
          const end = start + 1 + (cuts[cut % Math.max(1, cuts.length)] ?? 0);
          chunks.push(bytes.subarray(start, end));
          start = end;
        }
        assert.equal(textOf(eventsOf(...chunks)), parts.filter((part) => !part.startsWith("\u001b")).join(""));
      },
    ),
    { seed: 31, numRuns: 300 },
  );
});

test("an escape by itself is a key when nothing follows; over a network more is waited for", () => {
  for (const [isRemote, dueMs] of [
    [false, 20],
    [true, 150],
  ] as const) {
    const { parser, clock, events } = createParser({ isRemote });
    parser.write("\u001b");
    clock.advance(dueMs - 1);
    assert.deepEqual(names(events), []);
    clock.advance(1);
    assert.deepEqual(names(events), ["escape"]);
    parser[Symbol.dispose]();
  }
});

test("escape pressed twice is two escapes, however soon the second comes", () => {
  for (const isRemote of [false, true]) {
    for (const [chunks, expected] of [
      [["\u001b\u001b"], ["escape", "escape"]],
      [
        ["\u001b", "\u001b"],
        ["escape", "escape"],
      ],
      [
        ["\u001b\u001b", "\u001b"],
        ["escape", "escape", "escape"],
      ],
      [["a\u001b\u001b"], ["a", "escape", "escape"]],
      [
        ["\u001b", "\u001b[A"],
        ["escape", "up"],
      ],
      [["\u001b\u001b[A"], ["escape", "up"]],
      [
        ["\u001b", "\u001b", "[A"],
        ["escape", "up"],
      ],
      [["\u001b\u001bb"], ["escape", "alt+b"]],
      [["\u001b\u001b[27;1:3u"], ["escape", "escape"]],
    ] as const) {
      const { parser, clock, events } = createParser({ isRemote });
      for (const chunk of chunks) {
        parser.write(chunk);
        clock.advance(10);
      }
      clock.advance(1000);
      assert.deepEqual(names(events), expected, JSON.stringify(chunks));
      parser[Symbol.dispose]();
    }
  }
});

test("a key that the network tore apart is one key", () => {
  const keys = {
    "\u001b[A": "up",
    "\u001b[1;5C": "ctrl+right",
    "\u001bOP": "f1",
    "\u001b[5~": "pageUp",
    "\u001bb": "alt+b",
  };
  for (const [raw, name] of Object.entries(keys)) {
    for (let cut = 1; cut < raw.length; cut += 1) {
      const { parser, clock, events } = createParser({ isRemote: true });
      parser.write(raw.slice(0, cut));
      clock.advance(cut === 1 ? 140 : 450);
      parser.write(raw.slice(cut));
      clock.advance(1000);
      assert.deepEqual(names(events), [name], `${JSON.stringify(raw)} cut at ${cut}`);
      parser[Symbol.dispose]();
    }
  }
});

test("the rest of a key whose escape was taken already is that key, and nothing is typed", () => {
  const { parser, clock, events } = createParser({ isRemote: true });
  parser.write("\u001b");
  clock.advance(400);
  parser.write("[A");
  assert.deepEqual(names(events), ["escape", "up"]);
  assert.equal(textOf(events), "");
  parser.write("\u001b");
  clock.advance(150);
  clock.advance(2000);
  parser.write("[A");
  assert.equal(textOf(events), "[A", "much later it is typed");
  parser[Symbol.dispose]();
});

test("an answer of the terminal that comes in two parts is no text", () => {
  const { parser, clock, events, reports } = createParser();
  parser.write("\u001b]11;rgb:16");
  clock.advance(400);
  parser.write("16/1818/1d1d\u001b\\\u001b[?62");
  clock.advance(400);
  parser.write("c");
  assert.deepEqual(names(events), ["background"]);
  assert.deepEqual(reports, [{ type: "queries-answered" }]);
  parser[Symbol.dispose]();
});

test("a paste is one event, its line breaks made one kind", () => {
  const events = eventsOf("\u001b[200~one\r\ntwo\rthree \u001b[31m\u001b[2", "01~x");
  assert.deepEqual(events[0], { type: "paste", text: "one\ntwo\nthree \u001b[31m" });
  assert.deepEqual(names(events), ["paste", "x"]);
});

test("a paste without an end is ended by silence", () => {
  const { parser, clock, events } = createParser();
  parser.write("\u001b[200~lost");
  clock.advance(900);
  parser.write(" more");
  clock.advance(900);
  assert.deepEqual(events, []);
  clock.advance(200);
  assert.deepEqual(events, [{ type: "paste", text: "lost more" }]);
  parser.write("a");
  assert.deepEqual(names(events), ["paste", "a"]);
  parser[Symbol.dispose]();
});

test("a megabyte at once without marks is a paste, its last Enter a key", () => {
  const text = "line of text\n".repeat(80_000);
  const events = eventsOf(`${text}\r`);
  assert.deepEqual(names(events), ["paste", "enter"]);
  assert.equal(textOf(events).length, text.length);
});

test("mouse events know button, place, modifiers and clicks", () => {
  const { parser, clock, events } = createParser();
  const press = "\u001b[<0;3;2M";
  parser.write(press);
  clock.advance(100);
  parser.write(press);
  clock.advance(1000);
  parser.write(`${press}\u001b[<32;4;2M\u001b[<0;4;2m\u001b[<65;1;1M\u001b[<18;1;1M`);
  const mice = events.map((event) => (event.type === "mouse" ? event.mouse : null));
  assert.deepEqual(
    mice.map((mouse) => `${mouse?.action} ${mouse?.button} ${mouse?.row},${mouse?.column} ${mouse?.clicks}`),
    [
      "press left 1,2 1",
      "press left 1,2 2",
      "press left 1,2 1",
      "drag left 1,3 1",
      "release left 1,3 1",
      "wheel-down none 0,0 1",
      "press right 0,0 1",
    ],
  );
  assert.equal(mice.at(-1)?.ctrl, true);
  parser[Symbol.dispose]();
});

test("answers of the terminal are no keys", () => {
  const { parser, events, reports } = createParser();
  parser.write("\u001b]11;rgb:ffff/ffff/f0f0\u001b\\\u001b[?1u\u001b[?62;22c\u001bP>|term 1\u001b\\");
  assert.deepEqual(events, [{ type: "background", appearance: "light" }]);
  assert.deepEqual(
    reports.map((report) => report.type),
    ["kitty-keyboard", "queries-answered"],
  );
  parser.write("\u001b]11;rgb:1e1e/1e1e/2e2e\u0007\u001b[I\u001b[O");
  assert.deepEqual(events.slice(1), [
    { type: "background", appearance: "dark" },
    { type: "focus", isFocused: true },
    { type: "focus", isFocused: false },
  ]);
  parser[Symbol.dispose]();
});
