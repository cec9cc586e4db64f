import type { Config } from "../config/config.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { ShortId } from "../lib/short-id.ts";
import type { ProviderFactory } from "../providers/provider.ts";
import type { Journals } from "../store/journal.ts";
import type { SessionRemains } from "../store/session-remains.ts";
import type { SessionRemover } from "../store/session-remover.ts";
import type { SearchThread } from "../store/search/search-thread.ts";
import type { Transactions } from "../store/store.ts";
import type { EventHub } from "./event-hub.ts";
import type { ModelDirectory } from "./model-directory.ts";
import type { TurnGuards } from "./turn-guards.ts";
import type { UnseenEnds } from "./unseen-ends.ts";
import type { UnsavedSessions } from "./unsaved-sessions.ts";

/** What use cases are made of; each takes only what it needs of it (`Pick<Context, …>`). */
export interface Context {
  readonly config: Config;
  readonly store: Transactions;
  readonly journals: Journals;
  readonly remains: readonly SessionRemains[];
  readonly guards: TurnGuards;
  readonly remover: SessionRemover;
  readonly search: SearchThread;
  readonly log: Log;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly models: ModelDirectory;
  /** Its providers are sent no secret. */
  readonly createProvider: ProviderFactory;
  readonly shortId: ShortId;
  readonly unsaved: UnsavedSessions;
  readonly ends: UnseenEnds;
  /** Every key value that is known by now, longest first: masked in whatever is stored or sent. */
  readonly secrets: () => readonly string[];
}
