/** Whatever part of a text is looked for, its message is found: texts and parts are random, the same in each run. */
import assert from "node:assert/strict";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { seededRandom } from "../../../test/harness/model-servers/seeded-random.ts";
import { openTestStore, runSql } from "../../../test/harness/open-test-store.ts";
import { systemClock } from "../../lib/clock.ts";
import { foldText } from "../../lib/fold-text.ts";
import { SearchDesk } from "./search-desk.ts";

const random = seededRandom(20_261_127);

function pick(from: readonly string[]): string {
  return from[random.integer(0, from.length - 1)] ?? "";
}

const han = Array.from({ length: 60 }, (_, at) => String.fromCodePoint(0x4e00 + at * 37));
const kana = [...Array.from("データがかきバパーアイウのはをます"), "ぎ", "々"];
const hangul = Array.from("한국어검색은빠르다");
const names = [
  "getUserName",
  "parse_config",
  "x",
  "i2",
  "HTTPServer",
  "reConfigure",
  "naïve",
  "Übersicht",
  "ΣΟΦΟΣ",
  "İz",
];
const signs = ["(", ");", " => {", "\n  ", "::", ".", "[0]", " == ", "//", '",', "'", "\t", "__", "-", "\\n", "%"];
const others = ["，", "。", "、", "😀", "𠮷", "e\u0301", "ﬁ", "\u0001", "½", "\u00A0", "…"];

/** Each is asked for in a test of its own: all at once is much for a busy machine. */
const makers: Readonly<Record<string, () => string>> = {
  code: () => pick(names) + pick(signs),
  chinese: () => pick(han) + (random.integer(0, 5) === 0 ? pick(others) : ""),
  japanese: () => (random.integer(0, 3) === 0 ? pick(han) : pick(kana)),
  korean: () => pick(hangul) + (random.integer(0, 2) === 0 ? " " : ""),
  mixed: () => pick([pick(han), pick(kana), pick(names), pick(signs), pick(others), " ", random.letters(3)]),
};

interface Said {
  readonly id: string;
  readonly kind: string;
  readonly role: "user" | "assistant";
  readonly text: string;
}

function makeTexts(): readonly Said[] {
  return Object.entries(makers).flatMap(([kind, make]) =>
    Array.from({ length: 18 }, (_, at): Said => {
      const text = Array.from({ length: random.integer(1, 120) }, make).join("");
      return { id: `${kind}-${String(at)}`, kind, role: at % 3 === 0 ? "assistant" : "user", text };
    }),
  );
}

async function openDesk(t: TestContext, texts: readonly Said[]): Promise<SearchDesk> {
  const { store, path: databasePath } = await openTestStore(t);
  const rows = texts.map(({ id, role, text }) => {
    const parts = JSON.stringify([{ type: "text", data: { text } }]).replaceAll("'", "''");
    return `insert into messages (id, session_id, role, parts, created_at, updated_at)
      values ('${id}', 'session', '${role}', '${parts}', 1, 1);`;
  });
  runSql(
    databasePath,
    `insert into sessions (id, title, created_at, updated_at) values ('session', '', 1, 1); ${rows.join("\n")}`,
  );
  const desk = new SearchDesk({
    store,
    indexPath: path.join(path.dirname(databasePath), "search.db"),
    clock: systemClock,
    shardSize: 3000,
    isGivenUp: () => false,
    pause: async () => undefined,
    onTrouble: (reason) => assert.fail(reason),
  });
  t.after(async () => desk.close());
  assert.equal(await desk.catchUp(), true);
  return desk;
}

const givenUp = new SharedArrayBuffer(4);

async function idsOf(desk: SearchDesk, text: string): Promise<ReadonlySet<string | null>> {
  const found = await desk.find({ kind: "find", id: 1, text, limit: 1000, isPatient: false, givenUp });
  return new Set(found?.hits.map(({ messageId }) => messageId));
}

const unspaced = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]`;

function partOf(text: string): string {
  const characters = Array.from(text);
  const start = random.integer(0, characters.length - 1);
  return characters.slice(start, start + random.integer(1, 12)).join("");
}

/** As it can be asked for: a quote ends a phrase, and what is shorter is looked for as a word. */
function isAskable(part: string): boolean {
  if (part.includes('"')) return false;
  return new RegExp(unspaced, "u").test(part) || Array.from(part.trim()).length >= 3;
}

function bare(text: string): string {
  return foldText(text).replaceAll(/[^\p{L}\p{N}]/gu, "");
}

for (const kind of Object.keys(makers)) {
  test(`any part of a prompt, and nothing but what holds it: ${kind}`, async (t) => {
    const texts = makeTexts();
    const desk = await openDesk(t, texts);
    const prompts = texts.filter(({ role }) => role === "user");
    for (const { id, text } of prompts.filter((prompt) => prompt.kind === kind)) {
      for (const part of Array.from({ length: 12 }, () => partOf(text)).filter(isAskable)) {
        const found = await idsOf(desk, `"${part}"`);
        assert.ok(found.has(id), `${JSON.stringify(part)} of ${id}: ${JSON.stringify(text)}`);
        const wrong = prompts.filter((prompt) => found.has(prompt.id) && !bare(prompt.text).includes(bare(part)));
        assert.deepEqual(wrong, [], part);
      }
    }
  });

  test(`whole words and beginnings of words, in prompts and answers, beside others: ${kind}`, async (t) => {
    const texts = makeTexts();
    const desk = await openDesk(t, texts);
    for (const { id, text } of texts.filter((said) => said.kind === kind)) {
      const words = [...new Set(text.match(/(?<![\p{L}\p{N}\p{M}])[a-z\d]+(?![\p{L}\p{N}\p{M}])/giu))].slice(0, 3);
      if (words.length === 0) continue;
      assert.ok((await idsOf(desk, `${words.join(" ")} `)).has(id), `${words.join(" ")} of ${id}`);
      const unfinished = [...words.slice(0, -1), words.at(-1)?.slice(0, 2)].join(" ");
      assert.ok((await idsOf(desk, unfinished)).has(id), `${unfinished} of ${id}`);
      const [character = ""] = text.match(new RegExp(unspaced, "u")) ?? [];
      if (character === "") continue;
      assert.ok((await idsOf(desk, `${words[0] ?? ""} ${character}`)).has(id), `${character} of ${id}`);
    }
  });
}

/** Code has none of them. */
for (const kind of Object.keys(makers).filter((name) => name !== "code")) {
  test(`one, two and more characters of scripts without spaces, in answers too: ${kind}`, async (t) => {
    const texts = makeTexts();
    const desk = await openDesk(t, texts);
    for (const { id, text } of texts.filter((said) => said.kind === kind)) {
      const runs = text.match(new RegExp(`${unspaced}+`, "gu")) ?? [];
      for (const run of runs.slice(0, 8)) {
        const part = partOf(run);
        for (const query of [part, `${part} `, `"${part}"`]) {
          assert.ok((await idsOf(desk, query)).has(id), `${query} of ${id}`);
        }
      }
    }
  });
}
