/**
 * A session's short id: XXH3-64 (seed 0) of its id's UTF-8 bytes, as 16 lower-case hex characters, the form by which Crush
 * names sessions. `loadShortId` of load-short-id.ts makes the function.
 */
export type ShortId = (id: string) => string;

/** How many of its characters details show. */
export const detailsLength = 12;
