import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createRowHeights } from "./row-heights.ts";

type Change =
  | { readonly kind: "set"; readonly at: number; readonly height: number }
  | { readonly kind: "append"; readonly height: number }
  | { readonly kind: "truncate"; readonly length: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(30), height: fc.nat(9) }),
  fc.record({ kind: fc.constant("append" as const), height: fc.nat(9) }),
  fc.record({ kind: fc.constant("truncate" as const), length: fc.nat(30) }),
);

test("sums and places are those of a plain list, after any changes", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 30 }), fc.array(change, { maxLength: 20 }), (initial, changes) => {
      const heights = createRowHeights(initial);
      const plain = [...initial];
      for (const step of changes) {
        if (step.kind === "append") {
          heights.append(step.height);
          plain.push(step.height);
        } else if (step.kind === "truncate") {
          heights.truncate(step.length);
          plain.length = Math.min(plain.length, step.length);
        } else if (step.at < plain.length) {
          heights.set(step.at, step.height);
          plain[step.at] = step.height;
        }
      }
      let offset = 0;
      for (const [index, height] of plain.entries()) {
        assert.equal(heights.offsetOf(index), offset);
        assert.equal(heights.heightAt(index), height);
        for (let row = 0; row < height; row++) {
          assert.deepEqual(heights.locate(offset + row), { index, rowInItem: row });
        }
        offset += height;
      }
      assert.equal(heights.total(), offset);
      assert.equal(heights.length, plain.length);
    }),
    { seed: 21, numRuns: 300 },
  );
});

test("a row beyond the end is the last item's last", () => {
  const heights = createRowHeights([2, 3]);
  assert.deepEqual(heights.locate(99), { index: 1, rowInItem: 2 });
  assert.deepEqual(createRowHeights().locate(3), { index: 0, rowInItem: 0 });
});
