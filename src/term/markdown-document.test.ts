import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { languageOfPath } from "./code-language.ts";
import { LateModules } from "./late-modules.ts";
import { MarkdownDocument } from "./markdown-document.ts";
import type { SpanLine } from "./span-line.ts";
import { lineText, lineWidth } from "./spans.ts";
import { darkTheme } from "./theme-dark.ts";
import { noneTheme } from "./theme-none.ts";

async function loadedModules(): Promise<LateModules> {
  const modules = new LateModules(() => undefined);
  await modules.ready();
  return modules;
}

async function rendered(text: string, width = 40): Promise<readonly SpanLine[]> {
  const modules = await loadedModules();
  const document = new MarkdownDocument();
  document.update(text, { isFinal: true });
  const look = { theme: darkTheme, modules, width, style: {} };
  document.rows(look);
  await modules.settled();
  return document.rows(look);
}

async function assertShows(text: string, rows: readonly string[], width = 40): Promise<void> {
  assert.deepEqual(
    (await rendered(text, width)).map((row) => lineText(row).trimEnd()),
    rows,
  );
}

test("paragraphs, headings and rules", async () => {
  await assertShows("# Title\nText over\ntwo lines.\n\n---\n## Next", [
    "Title",
    "",
    "Text over two lines.",
    "",
    "─".repeat(40),
    "",
    "Next",
  ]);
});

test("lists: nested, numbered, tasks, with paragraphs", async () => {
  await assertShows("- one\n- two\n  1. deep\n  2. deeper\n- [x] done\n- [ ] open", [
    "• one",
    "• two",
    "  1. deep",
    "  2. deeper",
    "[x] done",
    "[ ] open",
  ]);
  await assertShows("9. nine\n10. ten\n\n    more of ten", [" 9. nine", "", "10. ten", "", "    more of ten"]);
  await assertShows("- a point that is too long for the width that there is", [
    "• a point that is too long for the width",
    "  that there is",
  ]);
});

test("quotes and code", async () => {
  await assertShows("> quoted\n> - list\n\n```\n  raw  text\n\ttab\n```\n\n    indented", [
    "│ quoted",
    "│",
    "│ • list",
    "",
    "    raw  text",
    "      tab",
    "",
    "  indented",
  ]);
});

test("tables are as wide as they need, then wrap, then become lists", async () => {
  const table = "| Name | Count |\n|:--|--:|\n| one | 1 |\n| 日本 | 22 |";
  await assertShows(table, ["Name │ Count", "─────┼──────", "one  │     1", "日本 │    22"]);
  await assertShows(
    "| a | b |\n|---|---|\n| some longer text | other words |",
    ["a         │ b", "──────────┼─────────", "some      │ other", "longer    │ words", "text      │"],
    20,
  );
  await assertShows(table, ["Name: one", "Count: 1", "", "Name: 日本", "Count: 22"], 10);
});

test("emphasis, code spans, links and breaks", async () => {
  await assertShows("**bold *both*** `code` ~~gone~~ [text](https://example.org) <https://x.org> a  \nb<br>c\\\nd", [
    "bold both code gone text",
    "(https://example.org) https://x.org a",
    "b",
    "c",
    "d",
  ]);
  const [row] = await rendered("**bold** [text](https://example.org)");
  assert.equal(row?.find((part) => part.text === "bold")?.style.bold, true);
  assert.equal(row?.find((part) => part.text === "text")?.style.link, "https://example.org");
});

test("only targets that a browser opens become links", async () => {
  const rows = await rendered("[x](javascript:alert%281%29) [y](data:text/html,z)");
  assert.ok(rows.flat().every((part) => part.style.link === undefined));
});

test("code is highlighted when its language has come, and plain before", async () => {
  const modules = await loadedModules();
  const document = new MarkdownDocument();
  document.update("```ts\nconst a = 1;\n```", { isFinal: true });
  const look = { theme: darkTheme, modules, width: 40, style: {} };
  const plainRows = [...document.rows(look)];
  await modules.settled();
  const colored = document.rows(look);
  assert.equal(lineText(plainRows[0] ?? []), lineText(colored[0] ?? []));
  assert.equal(colored[0]?.find((part) => part.text === "const")?.style, darkTheme.code.keyword);
});

test("before markdown can be lexed the text is shown as it is", () => {
  const modules = new LateModules(() => undefined);
  const document = new MarkdownDocument();
  document.update("# Title\n\u001b[31m", { isFinal: false });
  const rows = document.rows({ theme: darkTheme, modules, width: 40, style: {} });
  assert.deepEqual(rows.map(lineText), ["# Title", "␛[31m"]);
});

test("hostile markdown is inert", async () => {
  const text =
    "a &#27;[2J `\u001b]0;x\u0007` &#x9b;31m [l](http://x/\u001b\\) \u202e\n\n```\u001b[2J\n\u001b[31m\n```\n<b\u001b[1m>";
  for (const row of await rendered(text)) {
    for (const part of row) {
      assert.doesNotMatch(part.text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      assert.doesNotMatch(part.style.link ?? "", /[\u0000-\u001f]/);
    }
  }
});

test("nesting without end is cut off, not followed", async () => {
  const rows = await rendered(`${">".repeat(5000)} deep`, 60);
  assert.ok(rows.length > 0 && rows.every((row) => lineWidth(row) <= 60));
});

const blocks = [
  "# Heading\n\n",
  "A paragraph of words that wraps at the width.\nWith a second line.\n\n",
  "- item one\n- item two\n\n- loose item\n\n",
  "1. first\n\n2. second\n\n   para\n\n",
  "```js\nlet x = `a\n${1}`;\n\n// done\n```\n\n",
  "> quote\nlazy\n\n",
  "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
  "<div>\nraw\n</div>\n\n",
  "---\n\n",
  "Setext\n===\n\n",
  "plain line\n- list right after\ntext\n\n",
  "日本語 👍🏽 e\u0301\r\n\r\n",
];

/** What is a link is known at the end only. */
const references = ["See the [guide][a] of [a].\n\n", "[a]: http://x\n\n", "[a]: http://x"];

const scraps = [
  ..."\n|\n\n|- a|  - b|    c|> q|# h|```|```js\n|~~~|1. x|2) y|===|---|***|word|**b**|`|<div>|</div>|<!--|-->".split(
    "|",
  ),
  ..."\t, ,[a]: http://x,[a],\\,* ,+ ,  \n,<br>,| a | b |\n|---|---|\n,| 1 |".split(","),
];

test("however a text grows, in the end its rows are those of the whole text", async () => {
  const modules = await loadedModules();
  modules.code("javascript");
  await modules.settled();
  const whole = fc.array(fc.constantFrom(...blocks, ...references), { minLength: 1, maxLength: 8 });
  const torn = fc.array(fc.constantFrom(...scraps), { minLength: 1, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(whole, torn),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      async (parts, steps) => {
        const text = parts.join("");
        const growing = new MarkdownDocument();
        const look = { theme: darkTheme, modules, width: 30, style: {} };
        let length = 0;
        for (let step = 0; length < text.length; step++) {
          length = Math.min(text.length, length + (steps[step % steps.length] ?? 1));
          growing.update(text.slice(0, length), { isFinal: false });
          const rows = growing.rows(look);
          assert.ok(rows.every((row) => lineWidth(row) <= 30));
        }
        growing.update(text, { isFinal: true });
        const atOnce = new MarkdownDocument();
        atOnce.update(text, { isFinal: true });
        assert.deepEqual(growing.rows(look), atOnce.rows(look));
      },
    ),
    { seed: 41, numRuns: 1000 },
  );
});

test("while it grows, a text looks like the whole text up to there", async () => {
  const modules = await loadedModules();
  const text = blocks.filter((block) => !block.startsWith("```")).join("");
  const growing = new MarkdownDocument();
  const look = { theme: noneTheme, modules, width: 30, style: {} };
  for (let length = 1; length <= text.length; length++) {
    growing.update(text.slice(0, length), { isFinal: false });
    growing.rows(look);
  }
  // On a slow machine the newest text waits for its turn.
  while (growing.isBehind) growing.rows(look);
  const whole = new MarkdownDocument();
  whole.update(text, { isFinal: true });
  assert.deepEqual(growing.rows(look).map(lineText), whole.rows(look).map(lineText));
});

test("a link is one once the definition that ends a short text has come", async () => {
  const modules = await loadedModules();
  for (const definition of ["\n\n[g]: https://forge.example/guide", "\n\n[g]: https://forge.example/guide\n\nMore"]) {
    const growing = new MarkdownDocument();
    const look = { theme: darkTheme, modules, width: 60, style: {} };
    growing.update("See the [guide][g] now.", { isFinal: false });
    assert.deepEqual(growing.rows(look).map(lineText), ["See the [guide][g] now."]);
    growing.update(`See the [guide][g] now.${definition}`, { isFinal: definition.endsWith("guide") });
    assert.match(lineText(growing.rows(look)[0] ?? []), /^See the guide \(https:\/\/forge\.example\/guide\) now\.$/u);
  }
});

test("a text that starts anew, as after a retry, is shown anew", async () => {
  const modules = await loadedModules();
  const document = new MarkdownDocument();
  const look = { theme: noneTheme, modules, width: 30, style: {} };
  document.update("first try\n\nwith more", { isFinal: false });
  document.rows(look);
  document.update("second", { isFinal: false });
  assert.deepEqual(document.rows(look).map(lineText), ["second"]);
});

test("finished blocks are not made again while the text grows", async () => {
  const modules = await loadedModules();
  const document = new MarkdownDocument();
  const look = { theme: noneTheme, modules, width: 30, style: {} };
  document.update("First paragraph.\n\nSecond one.\n\nThi", { isFinal: false });
  const [first] = document.rows(look);
  document.update("First paragraph.\n\nSecond one.\n\nThird grows\n", { isFinal: false });
  assert.equal(document.rows(look)[0], first);
});

test("names that every object of the language knows are no entities and no languages of code", async () => {
  await assertShows("a &toString; b &amp; c", ["a &toString; b & c"]);
  await assertShows("```constructor\nlet x;\n```", ["  let x;"]);
  assert.equal(languageOfPath("a.constructor"), "constructor");
  assert.equal(languageOfPath("constructor"), "");
});
