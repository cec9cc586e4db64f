import assert from "node:assert/strict";
import { test } from "node:test";
import xterm from "@xterm/headless";
import * as fc from "fast-check";
import { VirtualTerminal } from "../../test/harness/virtual-terminal.ts";
import { createFrameRenderer } from "./frame-renderer.ts";
import type { Frame, SpanLine, Style } from "./span-line.ts";
import { line, lineWidth, padLine, span } from "./spans.ts";
import { clustersOf } from "./width.ts";

const size = { rows: 6, columns: 24 };

const simplePieces = ["a", "Zx", " ", "  ", "word ", "é", "я", "─│", "日本", "한글", "。", "…"];
const complexPieces = ["👍", "👍🏽", "👨‍👩‍👧‍👦", "❤️", "1️⃣", "e\u0301", "🇩🇪", "☎", "ก็", "नि"];
const styles: readonly Style[] = [
  {},
  { foreground: "#ff0000" },
  { foreground: 3, bold: true },
  { background: "#002200" },
  { background: 7, foreground: 0, italic: true },
  { underline: true },
  { inverse: true },
  { dim: true, strikethrough: true },
  { link: "https://example.org/a b" },
];

function lineArbitrary(pieces: readonly string[]): fc.Arbitrary<SpanLine> {
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((parts) => parts.join(""));
  const part = fc.tuple(text, fc.constantFrom(...styles)).map(([content, style]) => span(content, style));
  return fc.array(part, { maxLength: 4 });
}

function frameArbitrary(pieces: readonly string[]): fc.Arbitrary<Frame> {
  const cursor = fc.option(fc.record({ row: fc.nat(size.rows - 1), column: fc.nat(size.columns - 1) }));
  return fc.record({ lines: fc.array(lineArbitrary(pieces), { maxLength: size.rows }), cursor });
}

/** Frames of which each is a small change of the one before, as a program paints them. */
function framesArbitrary(pieces: readonly string[]): fc.Arbitrary<Frame[]> {
  return fc.array(frameArbitrary(pieces), { minLength: 1, maxLength: 5 }).map((frames) =>
    frames.map((frame, index) => {
      const lines = frame.lines.map((spans, row) => (row % 2 === index % 2 ? spans : (frames[0]?.lines[row] ?? spans)));
      return { ...frame, lines };
    }),
  );
}

interface ExpectedCell {
  readonly text: string;
  readonly style: Style;
  readonly isSure: boolean;
}

/** What stands in each column; "" in the right half of a wide character. */
function expectedCells(spans: SpanLine): ExpectedCell[] {
  const cells: ExpectedCell[] = [];
  for (const { text, style } of spans) {
    for (const cluster of clustersOf(text)) {
      const isSure = !cluster.isComplex;
      cells.push({ text: cluster.text, style, isSure });
      if (cluster.width === 2) cells.push({ text: "", style, isSure });
    }
  }
  const cut = cells[size.columns];
  const last = cells[size.columns - 1];
  // A wide character that is cut becomes a blank.
  if (cut?.text === "" && last !== undefined) cells[size.columns - 1] = { ...last, text: " ", isSure: true };
  if (cells.length > size.columns) cells.length = size.columns;
  while (cells.length < size.columns) cells.push({ text: " ", style: {}, isSure: true });
  return cells;
}

async function screenAfter(frames: readonly Frame[]): Promise<VirtualTerminal> {
  const terminal = new VirtualTerminal(size);
  terminal.write("\u001b[?7l");
  const renderer = createFrameRenderer("truecolor");
  for (const frame of frames) terminal.write(renderer.render(frame, size));
  await terminal.settled();
  return terminal;
}

function assertCell(terminal: VirtualTerminal, at: { row: number; column: number }, expected: ExpectedCell): void {
  const cell = terminal.cell(at);
  const place = `row ${at.row}, column ${at.column}`;
  assert.equal(cell.text, expected.text, place);
  assert.equal(cell.isInverse, expected.style.inverse ?? false, place);
  assert.equal(cell.background, expected.style.background ?? null, place);
  // Of a blank, neither can be seen.
  if (expected.text.trim() === "") return;
  assert.equal(cell.isBold, expected.style.bold ?? false, place);
  assert.equal(cell.foreground, expected.style.foreground ?? null, place);
}

test("the screen shows the last of any frames, cell by cell", async () => {
  await fc.assert(
    fc.asyncProperty(framesArbitrary([...simplePieces, ...complexPieces]), async (frames) => {
      using terminal = await screenAfter(frames);
      const last = frames.at(-1);
      for (let row = 0; row < size.rows; row++) {
        const cells = expectedCells(last?.lines[row] ?? []);
        for (const [column, expected] of cells.entries()) {
          if (expected.isSure) assertCell(terminal, { row, column }, expected);
        }
      }
      const cursor = last?.cursor ?? null;
      assert.deepEqual(terminal.cursor, cursor === null ? null : { ...cursor });
    }),
    { seed: 20260, numRuns: 300 },
  );
});

test("a frame after others gives the same screen as that frame alone", async () => {
  await fc.assert(
    fc.asyncProperty(framesArbitrary([...simplePieces, ...complexPieces]), async (frames) => {
      using many = await screenAfter(frames);
      using alone = await screenAfter(frames.slice(-1));
      assert.deepEqual(many.rows(), alone.rows());
    }),
    { seed: 20261, numRuns: 200 },
  );
});

test("text after a complex character keeps its column where the terminal counts each code point", async () => {
  const plainTerminal = new xterm.Terminal({ cols: 40, rows: 2, allowProposedApi: true });
  const renderer = createFrameRenderer("truecolor");
  const frame = (text: string): Frame => ({ lines: [line(text)], cursor: null });
  const wide = { rows: 2, columns: 40 };
  const text = "a👨‍👩‍👧‍👦b 1️⃣c ❤️d 👍🏽e";
  await new Promise<void>((resolve) => {
    const bytes = renderer.render(frame("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), wide) + renderer.render(frame(text), wide);
    plainTerminal.write(`\u001b[?7l${bytes}`, resolve);
  });
  const shown = plainTerminal.buffer.active.getLine(0);
  const columns = expectedCells(line(text));
  for (const [column, cell] of columns.entries()) {
    if (/^[a-e]$/.test(cell.text)) assert.equal(shown?.getCell(column)?.getChars(), cell.text, `column ${column}`);
  }
  assert.equal(shown?.translateToString(true).includes("x"), false);
  plainTerminal.dispose();
});

test("the same frame costs no bytes, a typed character a few", () => {
  const renderer = createFrameRenderer("truecolor");
  const rows = Array.from({ length: size.rows }, (_, row) => line(`row ${row} of some text`));
  const frame = (first: string): Frame => ({ lines: [line(first), ...rows.slice(1)], cursor: { row: 0, column: 1 } });
  renderer.render(frame("prompt"), size);
  assert.equal(renderer.render(frame("prompt"), size), "");
  const bytes = renderer.render(frame("prompt!"), size);
  assert.ok(bytes.includes("!") && !bytes.includes("prompt"), JSON.stringify(bytes));
  assert.ok(bytes.length < 60, `${bytes.length} bytes`);
});

test("only the changed part of a row is written, beside a part that stays", () => {
  const renderer = createFrameRenderer("truecolor");
  const row = (left: string): SpanLine => [...padLine(line(left), 12), span("│ ", { dim: true }), span("sidebar")];
  renderer.render({ lines: [row("one")], cursor: null }, size);
  const bytes = renderer.render({ lines: [row("two")], cursor: null }, size);
  assert.ok(bytes.includes("two") && !bytes.includes("sidebar"), JSON.stringify(bytes));
});

test("control characters that reach a span by mistake change nothing", async () => {
  using terminal = await screenAfter([
    { lines: [line("ab\u001b[31m\u001b]0;owned\u0007\r\ncd"), line("next")], cursor: null },
  ]);
  assert.equal(terminal.rows()[0], "ab␛[31m␛]0;owned␇ cd".slice(0, size.columns));
  assert.equal(terminal.rows()[1], "next");
  assert.deepEqual(terminal.titles, []);
});

test("links carry their target, and no more than a target", () => {
  const renderer = createFrameRenderer("truecolor");
  const hostile = "https://example.org/\u001b\\\u001b]0;x\u0007 ü";
  const bytes = renderer.render({ lines: [[span("here", { link: hostile })]], cursor: null }, size);
  assert.ok(bytes.includes("\u001b]8;;https://example.org/%1B\\%1B]0;x%07%20%C3%BC\u001b\\"), JSON.stringify(bytes));
  assert.ok(bytes.includes("\u001b]8;;\u001b\\"));
});

test("after a change of size or an invalidate, everything is painted", () => {
  const renderer = createFrameRenderer("truecolor");
  const frame: Frame = { lines: [line("text")], cursor: null };
  renderer.render(frame, size);
  assert.ok(renderer.render(frame, { rows: 5, columns: 20 }).includes("text"));
  renderer.invalidate();
  assert.ok(renderer.render(frame, { rows: 5, columns: 20 }).includes("text"));
});

test("rows that are too long are cut at the edge", async () => {
  const text = "日".repeat(20);
  using terminal = await screenAfter([{ lines: [line(text)], cursor: null }]);
  assert.equal(terminal.rows()[0], "日".repeat(size.columns / 2));
  assert.equal(lineWidth(line(text)), 40);
});
