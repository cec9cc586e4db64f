import { History } from "../agent/build-messages.ts";
import type { HistoryOptions } from "../agent/build-messages.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { RequestMessage } from "../schema/message.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import { foreignVersionOf } from "../store/change-marks.ts";
import type { ReadHandle } from "../store/handle.ts";
import { messagesForRequest, messagesForRequestAfter } from "../store/message-pages.ts";

interface KeptHistory {
  readonly history: History;
  readonly options: HistoryOptions;
  readonly lastId: MessageId;
  /** Of the database when it was read. */
  readonly version: number;
}

/**
 * What one turn's requests say of its session. Between two steps it is kept, so that the later one reads the rows that the
 * turn has added since, and not a long session once more. Rows that were read are not written again by this process while
 * the turn runs; whatever any other program commits, be it elsewhere in the database, has all rows read anew.
 */
export class TurnHistory {
  readonly #sessionId: SessionId;
  #kept: KeptHistory | null = null;

  constructor(sessionId: SessionId) {
    this.#sessionId = sessionId;
  }

  messages(handle: ReadHandle, options: HistoryOptions): readonly ModelMessage[] {
    const version = foreignVersionOf(handle);
    const kept = this.#kept;
    const rows = kept !== null && isOf(kept, options, version) ? this.#after(handle, kept) : null;
    const history = rows === null || kept === null ? new History(options) : kept.history;
    const last: { id: MessageId | null } = { id: rows === null ? null : (kept?.lastId ?? null) };
    history.add(noting(rows ?? messagesForRequest(handle, this.#sessionId), last));
    // Where they stand in no order, the last one is not the one behind which others are added.
    const mayGrow = history.isComplete && handle.messageOrder.isOrdered(handle, this.#sessionId);
    this.#kept = last.id !== null && mayGrow ? { history, options, lastId: last.id, version } : null;
    return history.end();
  }

  #after(handle: ReadHandle, kept: KeptHistory): Iterable<RequestMessage> | null {
    return messagesForRequestAfter(handle, this.#sessionId, kept.lastId);
  }
}

function isOf(kept: KeptHistory, options: HistoryOptions, version: number): boolean {
  return (
    kept.version === version &&
    kept.options.summaryMessageId === options.summaryMessageId &&
    kept.options.supportsImages === options.supportsImages &&
    kept.options.providerId === options.providerId &&
    kept.options.modelId === options.modelId
  );
}

function* noting(rows: Iterable<RequestMessage>, last: { id: MessageId | null }): Generator<RequestMessage> {
  for (const row of rows) {
    last.id = row.id;
    yield row;
  }
}
