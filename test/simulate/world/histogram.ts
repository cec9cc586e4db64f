/** Where the kills of a run fell. */
import type { FailpointName } from "./failpoints.ts";

export interface Kill {
  /** Null: at any moment, from outside. */
  readonly failpoint: FailpointName | null;
  /** Of the turn that it cut off; null where none ran. */
  readonly phase: string | null;
}

export class Histogram {
  readonly #kills: Kill[] = [];

  add(kill: Kill): void {
    this.#kills.push(kill);
  }

  get count(): number {
    return this.#kills.length;
  }

  get insideTurn(): number {
    return this.#kills.filter(({ phase }) => phase !== null).length;
  }

  hits(name: FailpointName): number {
    return this.#kills.filter(({ failpoint }) => failpoint === name).length;
  }

  leastHit(names: readonly FailpointName[]): FailpointName[] {
    const least = Math.min(...names.map((name) => this.hits(name)));
    return names.filter((name) => this.hits(name) === least);
  }

  /** Rows of moments, columns of phases. */
  table(): string {
    const phases = [...new Set(this.#kills.map(({ phase }) => phase ?? "no turn"))].toSorted();
    const moments = [...new Set(this.#kills.map(({ failpoint }) => failpoint ?? "any moment"))].toSorted();
    const cell = (moment: string, phase: string): string =>
      String(
        this.#kills.filter((kill) => (kill.failpoint ?? "any moment") === moment && (kill.phase ?? "no turn") === phase)
          .length,
      ).padStart(11);
    const head = ["".padEnd(20), ...phases.map((phase) => phase.padStart(11))].join("");
    const lines = moments.map((moment) => [moment.padEnd(20), ...phases.map((phase) => cell(moment, phase))].join(""));
    const share = ((100 * this.insideTurn) / Math.max(1, this.count)).toFixed(0);
    return [head, ...lines, `${String(this.count)} kills, ${share} % inside a turn`].join("\n");
  }
}
