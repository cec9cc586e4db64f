/** Text with a vocabulary of natural size and frequencies, for databases in which something is looked for. */
import { seededRandom } from "../test/harness/model-servers/seeded-random.ts";

const syllables =
  "ba ce di fo gu ha je ki lo mu na pe qi ro su ta ve wi xo yu za bri cla dre flo gri plo sta tre".split(" ");
const wordCount = 60_000;
const poolLength = 4_000_000;

function makeWords(random: () => number): string[] {
  return Array.from({ length: wordCount }, (_, index) => {
    const count = 1 + Math.floor(Math.log(index + 2) / 3) + Math.floor(random() * 2);
    let word = "";
    for (let part = 0; part < count; part += 1) word += syllables[Math.floor(random() * syllables.length)] ?? "";
    if (index % 37 === 0) return `${word}${word.charAt(0).toUpperCase()}${word.slice(1)}`;
    return index % 41 === 0 ? `${word}_${String(index)}` : word;
  });
}

/** Frequencies fall with the rank, as in any language: few words make most of the text. */
function makePool(): string {
  const source = seededRandom(7);
  const random = (): number => source.integer(0, 1_000_000_000) / 1_000_000_001;
  const words = makeWords(random);
  const parts: string[] = [];
  for (let length = 0; length < poolLength;) {
    const rank = Math.floor(wordCount ** random()) - 1;
    const word = words[rank] ?? "";
    const gap = random() < 0.08 ? ". " : random() < 0.03 ? "\n" : " ";
    parts.push(word, gap);
    length += word.length + gap.length;
  }
  return parts.join("");
}

let pool: string | null = null;

/** The same for the same seed; texts of different seeds share words, not sentences. */
export function variedText(length: number, seed: number): string {
  pool ??= makePool();
  const start = (Math.imul(seed, 2_654_435_761) >>> 0) % (pool.length - length);
  return pool.slice(start, start + length);
}
