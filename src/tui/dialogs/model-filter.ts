import { filterFuzzy } from "../../term/fuzzy-match.ts";
import { queryWords, wordRank } from "../../term/word-rank.ts";
import type { ModelItem } from "./dialog.ts";

/** A word that only the ids have comes after any that the row shows. */
const idPenalty = 3;

/**
 * The models that have all words in what their row shows or in their ids; the better matches first, among equals those
 * that can be used, then those of a provider that is called so, then in the order of the items. Scattered letters count
 * only where no row shows the words, and come behind the ids that have them: `opus4` means more than one reseller's spelling.
 */
export function filterModels(items: readonly ModelItem[], query: string): readonly ModelItem[] {
  const words = queryWords(query);
  if (words.length === 0) return items;
  const found = items
    .map((item) => ({ item, rank: rankOf(item, words), isCalledSo: isCalledSo(item, words) }))
    .filter(({ rank }) => rank !== Number.POSITIVE_INFINITY)
    .toSorted(
      (one, other) =>
        one.rank - other.rank ||
        Number(other.item.isUsable) - Number(one.item.isUsable) ||
        Number(other.isCalledSo) - Number(one.isCalledSo),
    );
  const best = found.map(({ item }) => item);
  if (best.some((item) => isShown(item, words))) return best;
  const scattered = filterFuzzy(items, query, (item) => `${idsOf(item)} ${shownOf(item)}`);
  return [...best, ...scattered.filter((item) => !best.includes(item))];
}

function shownOf({ model, providerName }: ModelItem): string {
  return `${model.name} ${providerName}`;
}

function idsOf({ model, providerId }: ModelItem): string {
  return `${providerId}/${model.id}`;
}

/** A model without a name shows its id, which does not count. */
function isShown(item: ModelItem, words: readonly string[]): boolean {
  const { name, id } = item.model;
  const shown = (name === id ? item.providerName : shownOf(item)).toLowerCase();
  return words.every((word) => shown.includes(word));
}

function rankOf(item: ModelItem, words: readonly string[]): number {
  const [shown, ids] = [shownOf(item).toLowerCase(), idsOf(item).toLowerCase()];
  let sum = 0;
  for (const word of words) sum += Math.min(wordRank(shown, word), wordRank(ids, word) + idPenalty);
  return sum;
}

/** `deepseek` means DeepSeek's own models first, not those that others sell. */
function isCalledSo({ providerName }: ModelItem, words: readonly string[]): boolean {
  const name = providerName.toLowerCase();
  return words.some((word) => wordRank(name, word) === 0);
}
