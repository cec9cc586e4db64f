import type { OwnStep } from "./own-step.ts";

/**
 * A row for each round of removals after which the database was too large to be rewritten: fragments of rows that had moved
 * may be in it until it is (decision 11).
 */
const fragments = `create table x_fragment (
  id INTEGER primary key not null,
  removed_at_ms INTEGER not null
)`;

export const leftFragments: OwnStep = { version: 13, statements: [fragments] };
