import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { atEnd, type ScrollLayout, type ScrollSource, ScrollWindow } from "./scroll-window.ts";
import type { SpanLine } from "./span-line.ts";
import { line, lineText } from "./spans.ts";

/** Items `key` of so many rows, at a width of 10; narrower ones are higher. Counts what it is asked for. */
class FakeList implements ScrollSource {
  items: { key: string; rows: number }[];
  structureVersion = 0;
  readonly gapRows: number;
  asked = 0;

  constructor(rows: readonly number[], gapRows = 0) {
    this.items = rows.map((count, index) => ({ key: `k${index}`, rows: count }));
    this.gapRows = gapRows;
  }

  get length(): number {
    return this.items.length;
  }

  keyAt(index: number): string {
    return this.items[index]?.key ?? "";
  }

  estimateRows(): number {
    return 3;
  }

  rowsAt(index: number, width: number): readonly SpanLine[] {
    this.asked++;
    const item = this.items[index];
    const count = Math.ceil(((item?.rows ?? 0) * 10) / width);
    return Array.from({ length: count }, (_, row) => line(`${item?.key}.${row}`));
  }
}

const size = { width: 10, height: 4 };
const shown = (layout: ScrollLayout): string[] => layout.rows.map((row) => lineText(row.line));

test("it follows the end as content grows", () => {
  const list = new FakeList([2, 3]);
  const window = new ScrollWindow();
  assert.deepEqual(shown(window.layout(list, size)), ["k0.1", "k1.0", "k1.1", "k1.2"]);
  list.items.push({ key: "k2", rows: 1 });
  assert.deepEqual(shown(window.layout(list, size)), ["k1.0", "k1.1", "k1.2", "k2.0"]);
  list.items[2] = { key: "k2", rows: 3 };
  assert.deepEqual(shown(window.layout(list, size)), ["k1.2", "k2.0", "k2.1", "k2.2"]);
  assert.ok(window.position().isFollowing);
});

test("scrolled away, it stays with its item while content grows below and above", () => {
  const list = new FakeList([2, 3, 3]);
  const window = new ScrollWindow();
  window.layout(list, size);
  window.scrollBy(-2);
  assert.deepEqual(shown(window.layout(list, size)), ["k1.0", "k1.1", "k1.2", "k2.0"]);
  list.items.push({ key: "k3", rows: 9 });
  assert.deepEqual(shown(window.layout(list, size)), ["k1.0", "k1.1", "k1.2", "k2.0"]);
  list.items.unshift({ key: "older", rows: 5 });
  list.structureVersion++;
  assert.deepEqual(shown(window.layout(list, size)), ["k1.0", "k1.1", "k1.2", "k2.0"]);
  window.scrollToEnd();
  assert.deepEqual(shown(window.layout(list, size)), ["k3.5", "k3.6", "k3.7", "k3.8"]);
});

test("scrolling down to the end follows again", () => {
  const list = new FakeList([2, 3, 3]);
  const window = new ScrollWindow();
  window.layout(list, size);
  window.scrollBy(-3);
  assert.ok(!window.layout(list, size).isAtEnd);
  window.scrollBy(100);
  assert.ok(window.layout(list, size).isAtEnd);
  list.items.push({ key: "k3", rows: 1 });
  assert.equal(shown(window.layout(list, size)).at(-1), "k3.0");
});

test("gaps stand between items, not before the first", () => {
  const list = new FakeList([1, 2, 0, 1], 1);
  const window = new ScrollWindow();
  const layout = window.layout(list, { width: 10, height: 10 });
  assert.deepEqual(shown(layout), ["k0.0", "", "k1.0", "k1.1", "", "k3.0"]);
  assert.deepEqual(
    layout.rows.map((row) => row.rowInItem),
    [0, -1, 0, 1, -1, 0],
  );
  assert.equal(layout.total, 6);
  assert.ok(layout.isAtStart && layout.isAtEnd);
});

test("a position survives another width and another window", () => {
  const list = new FakeList([4, 10, 4, 4]);
  const window = new ScrollWindow();
  window.layout(list, size);
  window.scrollToItem("k1", { rowInItem: 5 });
  assert.equal(shown(window.layout(list, size))[0], "k1.5");
  assert.equal(shown(window.layout(list, { width: 5, height: 4 }))[0], "k1.10");
  assert.equal(shown(window.layout(list, size))[0], "k1.5");
  const other = new ScrollWindow();
  other.restore(window.position());
  assert.equal(shown(other.layout(list, size))[0], "k1.5");
  other.restore(atEnd);
  assert.ok(other.layout(list, size).isAtEnd);
});

test("an item is brought into sight with the least movement", () => {
  const list = new FakeList([2, 2, 2, 2, 2, 2]);
  const window = new ScrollWindow();
  window.scrollToStart();
  window.layout(list, size);
  window.scrollToItem("k1", { align: "nearest" });
  assert.equal(shown(window.layout(list, size))[0], "k0.0");
  window.scrollToItem("k3", { align: "nearest" });
  assert.deepEqual(shown(window.layout(list, size)), ["k1.1", "k2.0", "k2.1", "k3.0"]);
  window.scrollToItem("k1", { align: "nearest" });
  assert.equal(shown(window.layout(list, size))[0], "k1.0");
});

test("the ends and the middle can be reached by fraction", () => {
  const list = new FakeList(Array.from({ length: 100 }, () => 3));
  const window = new ScrollWindow();
  window.scrollToFraction(0);
  const start = window.layout(list, size);
  assert.ok(start.isAtStart && !start.isAtEnd);
  window.scrollToFraction(0.5);
  const middle = window.layout(list, size);
  assert.equal(middle.offset, 148);
  window.scrollToFraction(1);
  assert.ok(window.layout(list, size).isAtEnd);
});

test("an item that disappears leaves the window where it was", () => {
  const list = new FakeList([3, 3, 3, 3]);
  const window = new ScrollWindow();
  window.layout(list, size);
  window.scrollToItem("k1");
  window.layout(list, size);
  list.items.splice(3, 1);
  list.structureVersion++;
  assert.equal(shown(window.layout(list, size))[0], "k1.0");
  list.items = [];
  list.structureVersion++;
  assert.deepEqual(shown(window.layout(list, size)), []);
});

test("a frame lays out what is visible, however long the list", () => {
  const list = new FakeList(Array.from({ length: 50_000 }, () => 3));
  const window = new ScrollWindow();
  window.layout(list, { width: 10, height: 40 });
  list.asked = 0;
  window.layout(list, { width: 10, height: 40 });
  assert.ok(list.asked < 50, `${list.asked} items at the end`);
  window.scrollToFraction(0.3);
  list.asked = 0;
  window.layout(list, { width: 10, height: 40 });
  window.scrollByPages(-1);
  window.layout(list, { width: 10, height: 40 });
  assert.ok(list.asked < 150, `${list.asked} items in the middle`);
});

test("any moves over any list show consecutive rows and a full window where there is enough", () => {
  const move = fc.oneof(
    fc.integer({ min: -30, max: 30 }).map((rows) => (window: ScrollWindow) => window.scrollBy(rows)),
    fc.double({ min: 0, max: 1, noNaN: true }).map((part) => (window: ScrollWindow) => window.scrollToFraction(part)),
    fc.nat(12).map((index) => (window: ScrollWindow) => window.scrollToItem(`k${index}`, { align: "nearest" })),
  );
  fc.assert(
    fc.property(
      fc.array(fc.nat(6), { maxLength: 12 }),
      fc.nat(1),
      fc.array(move, { maxLength: 8 }),
      (rows, gapRows, moves) => {
        const list = new FakeList(rows, gapRows);
        const window = new ScrollWindow();
        const whole = shown(new ScrollWindow().layout(list, { width: 10, height: 1000 }));
        for (const step of moves) {
          step(window);
          const part = shown(window.layout(list, size));
          assert.equal(part.length, Math.min(size.height, whole.length));
          assert.ok(`|${whole.join("|")}|`.includes(`|${part.join("|")}|`), `${part.join()} in ${whole.join()}`);
        }
      },
    ),
    { seed: 9, numRuns: 500 },
  );
});
