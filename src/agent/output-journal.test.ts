import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { asToolCallId } from "../schema/ids.ts";
import { OutputJournal } from "./output-journal.ts";
import type { JournalPort } from "./ports.ts";
import { OutputReplay } from "./replay-outputs.ts";

class MemoryFile implements JournalPort {
  text = "";

  append(text: string): boolean {
    this.text += text;
    return true;
  }

  close(): void {
    this.text += "closed";
  }

  remove(): void {
    this.text = "";
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

const a = asToolCallId("a");
const b = asToolCallId("b");

function replayed(lines: readonly string[]): OutputReplay {
  const replay = new OutputReplay();
  replay.add(lines);
  return replay;
}

test("what calls print is read back as it was printed, in whatever pieces the lines come", () => {
  const print = fc.record({ id: fc.constantFrom(a, b), text: fc.string({ unit: "binary", maxLength: 12 }) });
  fc.assert(
    fc.property(fc.array(print), fc.nat(), (prints, cut) => {
      const file = new MemoryFile();
      const journal = new OutputJournal(file, new ManualClock());
      const printed = new Map<string, string>();
      for (const { id, text } of prints) {
        journal.add(id, text, null);
        printed.set(id, (printed.get(id) ?? "") + text);
      }
      journal.close();
      const { lines } = file;
      const replay = new OutputReplay();
      const pieces = [...replay.add(lines.slice(0, cut % (lines.length + 1)))];
      pieces.push(...replay.add(lines.slice(cut % (lines.length + 1))));
      const read = [...replay.outputs].map(([id, { text }]) => [id, text.toWellFormed()]);
      assert.deepEqual(
        read,
        [...printed].map(([id, text]) => [id, text.toWellFormed()]),
      );
      for (const [id, text] of printed) {
        const own = pieces.filter(({ toolCallId }) => toolCallId === id).map((piece) => piece.text);
        assert.equal(own.join("").toWellFormed(), text.toWellFormed());
      }
    }),
  );
});

test("what was printed is handed over 50 ms later, joined", () => {
  const file = new MemoryFile();
  const clock = new ManualClock();
  const journal = new OutputJournal(file, clock);
  journal.add(a, "one ", null);
  journal.add(a, "two", null);
  assert.equal(file.text, "");
  clock.advance(50);
  assert.deepEqual(file.lines, ['["outputs",1]', '["call","a"]', '[0,"one two"]']);
});

test("a call that prints without end has its file named, and takes a million characters of the journal", () => {
  const file = new MemoryFile();
  const journal = new OutputJournal(file, new ManualClock());
  const megabyte = "x".repeat(1_000_000);
  journal.add(a, "begins ", null);
  for (let times = 0; times < 3; times += 1) journal.add(a, megabyte, "bash-1.txt");
  journal.add(b, "beside it", null);
  assert.ok(file.text.length < 1_000_200, String(file.text.length));
  assert.equal(journal.shown.get(a)?.length, 32_000);
  journal.close();
  const { outputs } = replayed(
    file.text
      .replace(/closed$/u, "")
      .split("\n")
      .slice(0, -1),
  );
  assert.equal(outputs.get(a)?.file, "bash-1.txt");
  assert.equal(outputs.get(a)?.text.length, 1_000_000);
  assert.deepEqual(outputs.get(b), { text: "beside it", file: null });
});

test("a call with a result is shown no more", () => {
  const journal = new OutputJournal(new MemoryFile(), new ManualClock());
  journal.add(a, "one", null);
  journal.add(b, "two", null);
  journal.forget(a);
  assert.deepEqual([...journal.shown], [[b, "two"]]);
});

test("lines that make no sense, and journals of other kinds, end the reading", () => {
  assert.equal(replayed(['["step",1]', '["call","a"]']).hasBegun, false);
  assert.equal(replayed(['["outputs",2]', '["call","a"]']).hasBegun, false);
  const broken = ['["outputs",1]', '["call","a"]', '[0,"one"]', "\0\0\0", '[0,"two"]'];
  assert.equal(replayed(broken).outputs.get(a)?.text, "one");
  for (const line of ['[1,"no such call"]', "[0,true]", '["call",7]', '{"a":1}', '[-1,"x"]', '["toString","x"]']) {
    const replay = replayed(['["outputs",1]', '["call","a"]', line, '[0,"two"]']);
    assert.equal(replay.outputs.get(a)?.text, "", line);
  }
});
