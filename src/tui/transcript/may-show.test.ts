import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { DisplayCall } from "../../schema/display-block.ts";
import { asMessageId, asToolCallId } from "../../schema/ids.ts";
import { LateModules } from "../../term/late-modules.ts";
import { lineText } from "../../term/spans.ts";
import { themes } from "../../term/themes.ts";
import { ShownGuess } from "./may-show.ts";
import { Transcript } from "./transcript.ts";
import type { TranscriptItem } from "./transcript-item.ts";

const displayCall: DisplayCall = ({ input, result }) => ({
  title: "Bash",
  subject: typeof input["command"] === "string" ? input["command"] : "",
  blocks: [{ kind: "text", text: result?.content ?? "" }],
});

const base = { key: "message/text/0", messageId: asMessageId("message") };

function answer(text: string): TranscriptItem {
  return { ...base, kind: "answer", text, isGrowing: false, isSummary: false };
}

function bash(command: string, content: string): TranscriptItem {
  const id = asToolCallId("call");
  const input = JSON.stringify({ command });
  const call = { type: "tool_call", id, name: "bash", input, providerExecuted: false, finished: true } as const;
  const result = { type: "tool_result", toolCallId: id, name: "bash", content } as const;
  const none = { data: "", mimeType: "", metadata: "", isError: false };
  return { ...base, kind: "tool", call, result: { ...result, ...none }, state: "done", output: "" };
}

const pieces = [
  "anvil",
  "Forge",
  "two",
  "b",
  "3",
  "é",
  "データ",
  " ",
  " ",
  "\n",
  "\n\n",
  "**",
  "*",
  "_",
  "`",
  "~~",
  "- ",
  "1. ",
  "> ",
  "# ",
  "[",
  "](http://x.org)",
  '](http://x.org "Title")',
  "|",
  "<br>",
  "&amp;",
  "\\*",
  "```\n",
  "\t",
  "\u00ad",
  "(",
  ")",
  ".",
  ":",
  "_id",
  "C:\\new",
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((each) => each.join(""));
const items = fc.oneof(
  text.map(answer),
  fc.tuple(text, text).map(([command, content]) => bash(command, content)),
);

test("what is shown of an item is never thought to be missing in it", async () => {
  const modules = new LateModules(() => undefined);
  await modules.ready();
  const transcript = new Transcript({ displayCall, theme: themes.none, modules });
  fc.assert(
    fc.property(items, fc.nat(), fc.nat({ max: 12 }), (item, from, length) => {
      const rows = transcript.wholeRows(item, 500, modules).map(lineText);
      const row = rows[from % Math.max(1, rows.length)] ?? "";
      const start = (from >> 4) % Math.max(1, row.length);
      const wanted = row.slice(start, start + length);
      assert.ok(new ShownGuess(wanted, displayCall).mayShow(item), JSON.stringify([wanted, rows]));
    }),
    { numRuns: 500 },
  );
});

test("what is in no word of an item is missing in it", () => {
  assert.ok(!new ShownGuess("tongs", displayCall).mayShow(answer("an **anvil** and a _hammer_")));
  assert.ok(!new ShownGuess("make tongs", displayCall).mayShow(bash("make anvil", "done")));
  assert.ok(new ShownGuess("a hammer", displayCall).mayShow(answer("an **anvil** and a _hammer_")));
});

for (const title of ['"Title"', "'Title'", "(Title)", '\n  "Title" ']) {
  test(`what stands on both sides of a link's title, which is not shown, may be shown: ${JSON.stringify(title)}`, () => {
    const item = answer(`see [docs](http://x.org/a_(b) ${title}) for more`);
    assert.ok(new ShownGuess("docs (http://x.org/a_(b)) for more", displayCall).mayShow(item));
  });
}

test("a link without a title is no reason to draw an item", () => {
  assert.ok(!new ShownGuess("tongs", displayCall).mayShow(answer("see [docs](http://x.org) for more")));
});
