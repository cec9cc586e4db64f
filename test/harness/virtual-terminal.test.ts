import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualTerminal } from "./virtual-terminal.ts";

async function screenAfter(output: string): Promise<VirtualTerminal> {
  const terminal = new VirtualTerminal({ columns: 40, rows: 6 });
  terminal.write(output);
  await terminal.settled();
  return terminal;
}

test("text is found where it stands, behind wide characters too", async () => {
  using terminal = await screenAfter("one\r\n漢字👩‍👩‍👧x two");
  assert.equal(terminal.text(), "one\n漢字👩‍👩‍👧x two");
  assert.deepEqual(terminal.find("two"), { row: 1, column: 8 });
  assert.equal(terminal.find("three"), null);
  assert.deepEqual(terminal.cursor, { row: 1, column: 11 });
});

test("cells carry their style", async () => {
  using terminal = await screenAfter("\u001B[1;38;2;1;2;3;44mB\u001B[0m.");
  const [bold, plain] = terminal.cells(0);
  assert.equal(bold?.isBold, true);
  assert.equal(bold?.foreground, "#010203");
  assert.equal(bold?.background, 4);
  assert.equal(plain?.isBold, false);
  assert.equal(plain?.foreground, null);
});

test("what a program leaves on is named", async () => {
  using terminal = await screenAfter(
    "\u001B[?1049h\u001B[?1002;1006h\u001B[?2004h\u001B[>1u\u001B[?25l\u001B[?7l\u001B[>4;2m",
  );
  assert.equal(terminal.modes.isAlternateScreen, true);
  assert.deepEqual(terminal.modes.leftovers().toSorted(), [
    "alternate screen",
    "bracketed paste",
    "kitty keyboard",
    "modifyOtherKeys",
    "mouse SGR coordinates",
    "mouse drag",
    "no cursor",
    "no line wrap",
  ]);
  assert.equal(terminal.cursor, null);
  terminal.write("\u001B[?1049l\u001B[?1002;1006l\u001B[?2004l\u001B[<u\u001B[?25h\u001B[?7h\u001B[>4m");
  await terminal.settled();
  assert.deepEqual(terminal.modes.leftovers(), []);
});

test("titles, bells and clipboard writes are noted", async () => {
  using terminal = await screenAfter("\u001B]2;a title\u0007\u0007\u001B]52;c;aGk=\u0007");
  assert.deepEqual(terminal.titles, ["a title"]);
  assert.equal(terminal.bellCount, 1);
  assert.deepEqual(terminal.clipboardWrites, ["c;aGk="]);
});

test("the program's questions are answered", async () => {
  const replies: string[] = [];
  using terminal = new VirtualTerminal({
    columns: 40,
    rows: 6,
    hasKittyKeyboard: true,
    onReply: (reply) => replies.push(reply),
  });
  terminal.write("ab\u001B[6n\u001B[?u");
  await terminal.settled();
  assert.deepEqual(replies, ["\u001B[1;3R", "\u001B[?0u"]);
});

test("what is written to the main screen stays when the alternate one is left", async () => {
  using terminal = await screenAfter("before\r\n\u001B[?1049hfull screen\u001B[?1049lafter");
  assert.equal(terminal.mainText(), "before\nafter");
});
