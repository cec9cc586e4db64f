import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import * as fc from "fast-check";
import { type OutputLimits, OutputStore } from "./output-store.ts";

const folder = mkdtempSync(path.join(tmpdir(), "output-"));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
function newStore(limits: Partial<OutputLimits> = {}): { store: OutputStore; file: string } {
  count += 1;
  const file = path.join(folder, `sub-${count}`, "out.txt");
  const all = { modelCharacters: 100, storedBytes: 1000, spillBytes: 5000, ...limits };
  return { store: new OutputStore(file, { limits: all }), file };
}

describe("the output of a command", () => {
  it("is given whole while it is short", () => {
    const { store, file } = newStore();
    assert.ok(store.isEmpty);
    store.append("a\n");
    store.append("b\0c\n");
    assert.equal(store.forModel(), "a\nb\u{FFFD}c\n");
    assert.equal(store.stored(), "a\nb\u{FFFD}c\n");
    store.close();
    assert.ok(!existsSync(file));
  });

  it("is passed on masked, a key in two pieces too", () => {
    const store = new OutputStore(path.join(folder, "none", "out.txt"), { secrets: ["sk-0123456789"] });
    assert.equal(store.append("a sk-0123"), "a ");
    assert.equal(store.append("456789 b\0 sk-01"), "[key hidden] b\u{FFFD} ");
    assert.equal(store.close(), "sk-01");
    assert.equal(store.stored(), "a [key hidden] b\u{FFFD} sk-01");
  });

  it("gives start and end once it is long, and names the file that holds all of it", () => {
    const { store, file } = newStore();
    const text = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join("");
    for (const line of text.match(/.*\n/g) ?? []) store.append(line);
    store.close();
    const shown = store.forModel();
    assert.ok(shown.startsWith("line 0\n") && shown.endsWith("line 99\n") && shown.includes(`all of it is in ${file}`));
    assert.ok(shown.length < 300);
    assert.equal(readFileSync(file, "utf8"), text);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
  });

  it("bounds what it keeps, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { maxLength: 80 }), (chunks) => {
        const { store, file } = newStore();
        for (const chunk of chunks) store.append(chunk);
        store.close();
        const all = chunks.join("").replaceAll("\0", "\u{FFFD}");
        assert.ok(Buffer.byteLength(store.stored()) <= 1000 + 2 * 400);
        assert.ok(store.forModel().isWellFormed() && store.stored().isWellFormed());
        if (all.length <= 100) assert.equal(store.forModel(), all);
        else assert.ok(readFileSync(file, "utf8") === all || Buffer.byteLength(all) > 5000);
      }),
      { numRuns: 100 },
    );
  });

  it("does not fill the disk", () => {
    const { store, file } = newStore();
    for (let index = 0; index < 100; index += 1) store.append("0123456789".repeat(20));
    store.close();
    assert.ok(statSync(file).size < 6000);
    assert.match(store.forModel(), /its first part is in/);
  });

  it("goes on where the file can't be written", () => {
    const limits = { modelCharacters: 10, storedBytes: 100, spillBytes: 100 };
    const store = new OutputStore(path.join("/dev/null", "out.txt"), { limits });
    store.append("0123456789abcdef");
    assert.match(store.forModel(), /could not be kept/);
  });
});
