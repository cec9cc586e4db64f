/** Texts with vocabularies of natural size and frequencies, for databases in which something is looked for. */
import { seededRandom } from "../test/harness/model-servers/seeded-random.ts";

const poolLength = 4_000_000;

/** In [0, 1). */
type Random = () => number;

function randomOf(seed: number): Random {
  const source = seededRandom(seed);
  return () => source.integer(0, 1_000_000_000) / 1_000_000_001;
}

/** A text without end, piece by piece. */
type Writer = (random: Random) => () => string;

/** Frequencies fall with the rank, as in any language: few words make most of the text. */
function byRank(words: readonly string[], random: Random): string {
  return words[Math.floor(words.length ** random()) - 1] ?? "";
}

function anyOf(items: ArrayLike<string>, random: Random): string {
  return items[Math.floor(random() * items.length)] ?? "";
}

export type VariedText = (length: number, seed: number) => string;

/** The same for the same seed; texts of different seeds share words, not sentences. */
function textsOf(writer: Writer): VariedText {
  let pool: string | null = null;
  const fillPool = (): string => {
    const next = writer(randomOf(7));
    const parts: string[] = [];
    for (let length = 0; length < poolLength;) {
      const part = next();
      parts.push(part);
      length += part.length;
    }
    return parts.join("");
  };
  return (length, seed) => {
    pool ??= fillPool();
    const start = (Math.imul(seed, 2_654_435_761) >>> 0) % (pool.length - length);
    return pool.slice(start, start + length);
  };
}

const syllables =
  "ba ce di fo gu ha je ki lo mu na pe qi ro su ta ve wi xo yu za bri cla dre flo gri plo sta tre".split(" ");

function wordOf(syllableCount: number, random: Random): string {
  let word = "";
  for (let part = 0; part < syllableCount; part += 1) word += anyOf(syllables, random);
  return word;
}

function makeWords(count: number, random: Random): string[] {
  return Array.from({ length: count }, (_, index) => {
    const word = wordOf(1 + Math.floor(Math.log(index + 2) / 3) + Math.floor(random() * 2), random);
    if (index % 37 === 0) return `${word}${word.charAt(0).toUpperCase()}${word.slice(1)}`;
    return index % 41 === 0 ? `${word}_${String(index)}` : word;
  });
}

export const variedText = textsOf((random) => {
  const words = makeWords(60_000, random);
  return () => {
    const word = byRank(words, random);
    const gap = random() < 0.08 ? ". " : random() < 0.03 ? "\n" : " ";
    return word + gap;
  };
});

/** Of a script without spaces. */
interface Script {
  readonly characters: readonly string[];
  /** How often each is used falls by the factor e over so many. */
  readonly commonCharacters: number;
  /** How many words have one character, two, and so on, of all. */
  readonly lengths: readonly number[];
  readonly words: number;
  readonly particles: readonly string[];
  /** Of all words, how many have one behind them. */
  readonly particleShare: number;
}

function charactersFrom(first: number, count: number, step: number): string[] {
  return Array.from({ length: count }, (_, at) => String.fromCodePoint(first + at * step));
}

function lengthOf(lengths: readonly number[], random: Random): number {
  let rest = random();
  const at = lengths.findIndex((share) => (rest -= share) < 0);
  return at < 0 ? 1 : at + 1;
}

function makeScriptWords({ characters, commonCharacters, lengths, words }: Script, random: Random): string[] {
  const character = (): string =>
    characters[Math.floor(-Math.log(1 - random()) * commonCharacters) % characters.length] ?? "";
  return Array.from({ length: words }, () => Array.from({ length: lengthOf(lengths, random) }, character).join(""));
}

const topicWords = 20;

/** Sentences with words of another script in them, which come back to the words of a topic as long as it lasts. */
function textsOfScript(script: Script): VariedText {
  return textsOf((random) => {
    const vocabulary = makeScriptWords(script, random);
    const foreign = makeWords(5_000, random);
    let topic: string[] = [];
    return () => {
      if (topic.length === 0 || random() < 0.002) {
        topic = Array.from({ length: topicWords }, () => anyOf(vocabulary, random));
      }
      const kind = random();
      if (kind < 0.09) return ` ${byRank(foreign, random)} `;
      const end = kind < 0.2 ? "，" : kind < 0.26 ? "。" : kind < 0.28 ? "\n" : "";
      const particle = random() < script.particleShare ? byRank(script.particles, random) : "";
      return (random() < 0.5 ? anyOf(topic, random) : byRank(vocabulary, random)) + particle + end;
    };
  });
}

export const variedChinese = textsOfScript({
  characters: charactersFrom(0x4e00, 3_500, 5),
  commonCharacters: 350,
  lengths: [0.1, 0.65, 0.15, 0.1],
  words: 20_000,
  particles: charactersFrom(0x9c00, 40, 1),
  particleShare: 0.3,
});

export const variedJapanese = textsOfScript({
  characters: [...charactersFrom(0x30a1, 80, 1), ...charactersFrom(0x4e00, 1_800, 11)],
  commonCharacters: 80,
  lengths: [0.1, 0.4, 0.3, 0.2],
  words: 5_000,
  particles: charactersFrom(0x3042, 60, 1),
  particleShare: 0.9,
});

const keywords = "const return if else for of function export import from await async new null true this".split(" ");
const operators = [" = ", " === ", " + ", ".", ", ", " => ", "?.", " && ", ": "];

/** Lines of code: nested blocks, calls, and names of several words, of which a file uses some again and again. */
export const variedCode = textsOf((random) => {
  const words = makeWords(6_000, random);
  let names: string[] = [];
  let depth = 0;
  const name = (): string => {
    const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => byRank(words, random));
    return parts.map((part, at) => (at === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join("");
  };
  const value = (): string => {
    const kind = random();
    if (kind < 0.08) return String(Math.floor(random() * 1000));
    if (kind < 0.16) return `"${byRank(words, random)} ${byRank(words, random)}"`;
    return kind < 0.4 ? `${anyOf(names, random)}(${anyOf(names, random)})` : anyOf(names, random);
  };
  return () => {
    // Another file begins.
    if (names.length === 0 || random() < 0.01) names = Array.from({ length: 60 }, name);
    const indent = "  ".repeat(depth);
    const shape = random();
    if (shape < 0.12 && depth < 4) {
      depth += 1;
      return `${indent}${anyOf(keywords, random)} (${value()}${anyOf(operators, random)}${value()}) {\n`;
    }
    if (shape < 0.24 && depth > 0) {
      depth -= 1;
      return `${"  ".repeat(depth)}}\n`;
    }
    if (shape < 0.3) return `${indent}// ${Array.from({ length: 9 }, () => byRank(words, random)).join(" ")}\n`;
    return `${indent}${anyOf(keywords, random)} ${value()}${anyOf(operators, random)}${value()}${anyOf(operators, random)}${value()};\n`;
  };
});
