/** Positions in order of their scores, the lowest first; those of one score in their own order. */
export interface Ranking {
  readonly length: number;
  at(place: number): number | undefined;
}

/** As many are in order at once; the others are sorted when one of them is asked for. */
const headLength = 256;

export function rankByScore(scores: Float64Array): Ranking {
  const { length } = scores;
  const head = length <= headLength ? sorted(Uint32Array.from(scores.keys()), scores) : headOf(scores);
  let all: Uint32Array | null = length <= headLength ? head : null;
  return {
    length,
    at: (place) => {
      if (place < head.length) return head[place];
      all ??= sorted(Uint32Array.from(scores.keys()), scores);
      return all[place];
    },
  };
}

/** Sorting bare numbers, to find the score that still belongs to it, is ten times as fast as sorting positions by them. */
function headOf(scores: Float64Array): Uint32Array {
  const limit = scores.toSorted()[headLength - 1] ?? 0;
  const head = new Uint32Array(headLength);
  let count = 0;
  for (let position = 0; position < scores.length; position += 1) {
    if ((scores[position] ?? 0) < limit) head[count++] = position;
  }
  for (let position = 0; count < headLength; position += 1) {
    if (scores[position] === limit) head[count++] = position;
  }
  return sorted(head, scores);
}

function sorted(positions: Uint32Array, scores: Float64Array): Uint32Array {
  return positions.toSorted((left, right) => (scores[left] ?? 0) - (scores[right] ?? 0) || left - right);
}
