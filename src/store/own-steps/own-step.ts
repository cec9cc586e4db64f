/**
 * Our own tables. Their names begin with `x_`, they hang on Crush's rows by foreign keys that cascade (so that a delete
 * made by Crush cleans them up), and each foreign-key column is the first of an index. No triggers, no views. Times are
 * Unix milliseconds (`_ms`).
 */
export interface OwnStep {
  /** Consecutive, from 1. */
  readonly version: number;
  readonly statements: readonly string[];
}
