import { asMessageId, asSessionId } from "../../schema/ids.ts";
import type { MessageId, SessionId } from "../../schema/ids.ts";
import { systemClock } from "../../lib/clock.ts";
import type { Clock } from "../../lib/clock.ts";
import { fileIdentity } from "../../lib/file-identity.ts";
import { resultCode, Connection } from "../sqlite.ts";
import { waitWhileBusy } from "../wait-while-busy.ts";
import { piecesOfPrompt, piecesOfText } from "./index-pieces.ts";
import { shardTables } from "./index-schema.ts";
import { noWords, wordsToIndex } from "./index-words.ts";
import type { IndexExpression } from "./match-expression.ts";
import { openIndexAsGuest, openReplacingStale, prepareSearchFile } from "./prepare-search-file.ts";

/** A message as the index knows it. */
export interface IndexedMessage {
  readonly number: number;
  readonly shard: number;
  readonly updatedAt: number;
  readonly size: number;
}

export interface NewDocument {
  readonly messageId: MessageId;
  readonly sessionId: SessionId;
  /** Of the row: both tell whether it has changed. */
  readonly updatedAt: number;
  readonly size: number;
  readonly createdAt: number;
  readonly model: string;
  readonly text: string;
  /** What of it a person wrote, found by any part of a word; null for other messages. */
  readonly prompt: string | null;
}

export interface Shard {
  readonly number: number;
  /** Unix seconds, of its newest message. */
  readonly newestAt: number;
}

export interface MatchQuery {
  /** Null: any message that has pieces. */
  readonly expression: IndexExpression | null;
  /** Of documents with smaller numbers. */
  readonly before: number;
  /** The only ones wanted, by their numbers; null: all. */
  readonly sessions: readonly number[] | null;
  readonly limit: number;
}

export interface SeenSession {
  readonly updatedAt: number;
  readonly messages: number;
}

export interface IndexOptions {
  readonly clock: Clock;
  readonly lockTimeoutMs?: number;
  /** Characters of text in a shard; tests take small ones. */
  readonly shardSize?: number;
}

/** Of 4 KiB each. Fewer than the first wait for the next words; more than the second go in several turns. */
const freePagesMax = 256;
const vacuumPagesMax = 8192;
const shardSizeDefault = 16 * 1024 * 1024;

/**
 * `search.db`: which words stand in which message. Holds no text, and nothing that crush.db does not have: it may be
 * removed at any time. Blocks while it reads and writes, so it belongs into a thread that draws nothing.
 */
export class SearchFile {
  readonly #path: string;
  readonly #options: IndexOptions;
  readonly #connection: Connection;
  readonly #identity: string | undefined;

  private constructor(path: string, connection: Connection, options: IndexOptions) {
    this.#path = path;
    this.#connection = connection;
    this.#options = options;
    this.#identity = fileIdentity(path);
  }

  /** Opens or makes the file; what is damaged, foreign or older is made anew. Throws NewerIndexError; the driver's errors. */
  static async open(path: string, options: IndexOptions): Promise<SearchFile> {
    const wait = { clock: options.clock, random: Math.random, timeoutMs: options.lockTimeoutMs ?? 30_000 };
    return openReplacingStale(path, () => SearchFile.#tryOpen(path, options), wait);
  }

  /** Changes nothing. Null: there is none of this version. Throws the driver's errors. */
  static openAsGuest(path: string): SearchFile | null {
    const connection = openIndexAsGuest(path);
    return connection && new SearchFile(path, connection, { clock: systemClock });
  }

  static #tryOpen(path: string, options: IndexOptions): SearchFile {
    const connection = new Connection(path, { isReadOnly: false });
    try {
      // Before anything is in it: afterwards it can't be chosen any more.
      connection.execute("pragma auto_vacuum = incremental");
      connection.execute("pragma secure_delete = on; pragma synchronous = normal; pragma temp_store = memory");
      prepareSearchFile(connection);
      return new SearchFile(path, connection, options);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** True where the file was removed or replaced by another process: what is written here reaches nobody. */
  get isReplaced(): boolean {
    return fileIdentity(this.#path) !== this.#identity;
  }

  close(): void {
    this.#connection.close();
  }

  seenSessions(): ReadonlyMap<SessionId, SeenSession> {
    const rows = this.#connection.all("select session_id, seen_updated_at, seen_messages from session");
    return new Map(
      rows.map((row) => [
        asSessionId(String(row["session_id"])),
        { updatedAt: Number(row["seen_updated_at"]), messages: Number(row["seen_messages"]) },
      ]),
    );
  }

  messagesOf(sessionId: SessionId): ReadonlyMap<MessageId, IndexedMessage> {
    const rows = this.#connection.all(
      `select d.number, d.message_id, d.shard, d.updated_at, d.size
       from document d join session s on s.number = d.session where s.session_id = ?`,
      [sessionId],
    );
    return new Map(
      rows.map((row) => [
        asMessageId(String(row["message_id"])),
        {
          number: Number(row["number"]),
          shard: Number(row["shard"]),
          updatedAt: Number(row["updated_at"]),
          size: Number(row["size"]),
        },
      ]),
    );
  }

  /** Sessions in which one of these models has spoken. `pattern` is one of LIKE, with `\` as its escape. */
  sessionsOfModel(pattern: string): ReadonlySet<SessionId> {
    const rows = this.#connection.all(
      `select distinct s.session_id from session_model m join session s on s.number = m.session
       where m.model like ? escape '\\'`,
      [pattern],
    );
    return new Set(rows.map((row) => asSessionId(String(row["session_id"]))));
  }

  /** The shards, the one with the newest messages first. */
  shards(): readonly Shard[] {
    return this.#connection
      .all("select number, newest_at from shard order by newest_at desc, number desc")
      .map((row) => ({ number: Number(row["number"]), newestAt: Number(row["newest_at"]) }));
  }

  /** By which the index knows these sessions; those that it does not know are left out. */
  numbersOf(sessionIds: ReadonlySet<SessionId>): readonly number[] {
    return this.#connection
      .all("select number, session_id from session")
      .filter((row) => sessionIds.has(asSessionId(String(row["session_id"]))))
      .map((row) => Number(row["number"]));
  }

  /** The newest matches of a shard. */
  matchesIn(shard: number, query: MatchQuery): readonly { readonly number: number; readonly messageId: MessageId }[] {
    const { words = null, pieces = null } = query.expression ?? {};
    const ofShard = (name: string): string => `${name}_${String(shard)}`;
    const table = ofShard(words === null ? "pieces" : "words");
    const hasPieces = `+m.rowid in (select rowid from ${ofShard("pieces")} where ${ofShard("pieces")} match ?)`;
    const conditions = [
      ...(query.expression === null ? [] : [`${table} match ?`]),
      ...(words === null || pieces === null ? [] : [hasPieces]),
      "m.rowid < ? and (? is null or d.session in (select value from json_each(?)))",
    ];
    const sessions = query.sessions === null ? null : JSON.stringify(query.sessions);
    return this.#connection
      .all(
        `select d.number, d.message_id from ${query.expression === null ? `${table}_docsize` : table} m
           cross join document d on d.number = m.rowid
         where ${conditions.join(" and ")} order by m.rowid desc limit ?`,
        [...[words, pieces].filter((match) => match !== null), query.before, sessions, sessions, query.limit],
      )
      .map((row) => ({ number: Number(row["number"]), messageId: asMessageId(String(row["message_id"])) }));
  }

  /** One immediate transaction; waits for other processes' without blocking the thread. */
  async write(fn: () => void): Promise<void> {
    const { clock, lockTimeoutMs = 30_000 } = this.#options;
    await waitWhileBusy(
      () => {
        this.#connection.execute("begin immediate");
        try {
          fn();
          this.#connection.execute("commit");
        } catch (error) {
          this.#connection.rollback();
          throw error;
        }
      },
      { clock, random: Math.random, timeoutMs: lockTimeoutMs },
    );
  }

  /** Inside `write`. Another process may have been faster: then nothing changes. */
  put(document: NewDocument): void {
    const { messageId, sessionId, updatedAt, size } = document;
    const before = this.#documentOf(messageId);
    if (before !== undefined) {
      if (before.updatedAt === updatedAt && before.size === size) return;
      this.#forget(before);
    }
    const session = this.#sessionNumber(sessionId);
    const shard = this.#openShard();
    const columns = "(message_id, session, shard, updated_at, size)";
    const values = [messageId, session, shard, updatedAt, size];
    this.#connection.run(`insert into document ${columns} values (?, ?, ?, ?, ?)`, values);
    const number = Number(this.#connection.get("select last_insert_rowid() as number")?.["number"]);
    this.#insertWords(document, { number, shard });
    this.#connection.run("insert or ignore into place (session, shard) values (?, ?)", [session, shard]);
    if (document.model !== "") {
      this.#connection.run("insert or ignore into session_model (session, model) values (?, ?)", [
        session,
        document.model,
      ]);
    }
    this.#connection.run("update shard set size = size + ?, newest_at = max(newest_at, ?) where number = ?", [
      document.text.length,
      document.createdAt,
      shard,
    ]);
  }

  /** Inside `write`: the message is gone, or is no longer to be found. */
  drop(messageId: MessageId): void {
    const before = this.#documentOf(messageId);
    if (before !== undefined) this.#forget(before);
  }

  /** Inside `write`: all messages of the session are in the index. */
  markSeen(sessionId: SessionId, seen: SeenSession): void {
    this.#connection.run("update session set seen_updated_at = ?, seen_messages = ? where number = ?", [
      seen.updatedAt,
      seen.messages,
      this.#sessionNumber(sessionId),
    ]);
  }

  /**
   * Removes everything of these sessions from the file and from its log: tombstones alone would leave their words in
   * it. The session's own row goes last, so that a removal that was cut off is found again.
   */
  async removeSessions(sessionIds: readonly SessionId[]): Promise<void> {
    const numbers = sessionIds.flatMap((id) => {
      const row = this.#connection.get("select number from session where session_id = ?", [id]);
      return row === undefined ? [] : [Number(row["number"])];
    });
    if (numbers.length === 0) return;
    await this.write(() => {
      for (const number of numbers) this.#forgetSession(number);
    });
    for (const shard of this.#shardsOf(numbers)) {
      await this.write(() => {
        this.#rewriteShard(shard);
        for (const number of numbers) {
          this.#connection.run("delete from place where session = ? and shard = ?", [number, shard]);
        }
      });
    }
    await this.write(() => {
      for (const number of numbers) this.#connection.run("delete from session where number = ?", [number]);
    });
    await this.tidy();
    await this.emptyLog();
  }

  /**
   * Merges the shard that takes new words, where it has grown by half since that was last done: what was written bit by bit
   * takes up to half as much again. Room that nothing needs is given back. Takes up to 0.3 s.
   */
  async tidy(): Promise<void> {
    const grown = this.#connection.all("select number from shard where size > merged_size * 1.5");
    const { free } = this.#connection.get("select freelist_count as free from pragma_freelist_count") ?? {};
    if (grown.length === 0 && Number(free) < freePagesMax) return;
    await this.write(() => {
      for (const row of grown) this.#rewriteShard(Number(row["number"]));
      this.#connection.execute(`pragma incremental_vacuum(${String(vacuumPagesMax)})`);
    });
  }

  /** Moves the log into the file and empties it; rejects where another process reads for too long. */
  async emptyLog(): Promise<void> {
    const { clock, lockTimeoutMs = 30_000 } = this.#options;
    await waitWhileBusy(
      () => {
        const state = this.#connection.get("pragma wal_checkpoint(truncate)");
        if (Number(state?.["busy"]) !== 0) throw Object.assign(new Error("busy"), { errcode: resultCode.busy });
      },
      { clock, random: Math.random, timeoutMs: lockTimeoutMs },
    );
  }

  #documentOf(messageId: MessageId): IndexedMessage | undefined {
    const row = this.#connection.get("select number, shard, updated_at, size from document where message_id = ?", [
      messageId,
    ]);
    if (row === undefined) return undefined;
    return {
      number: Number(row["number"]),
      shard: Number(row["shard"]),
      updatedAt: Number(row["updated_at"]),
      size: Number(row["size"]),
    };
  }

  #insertWords(document: NewDocument, { number, shard }: { readonly number: number; readonly shard: number }): void {
    const { prompt } = document;
    const { text, parts } = prompt === document.text ? noWords : wordsToIndex(document.text);
    if (text.trim() !== "") {
      this.#connection.run(`insert into words_${String(shard)} (rowid, text, parts) values (?, ?, ?)`, [
        number,
        text,
        parts,
      ]);
    }
    const pieces = [...piecesOfText(document.text), ...(prompt === null ? [] : piecesOfPrompt(prompt))];
    if (pieces.length > 0) {
      this.#connection.run(`insert into pieces_${String(shard)} (rowid, pieces) values (?, ?)`, [
        number,
        pieces.join(" "),
      ]);
    }
  }

  #forget({ number, shard }: Pick<IndexedMessage, "number" | "shard">): void {
    this.#connection.run(`delete from words_${String(shard)} where rowid = ?`, [number]);
    this.#connection.run(`delete from pieces_${String(shard)} where rowid = ?`, [number]);
    this.#connection.run("delete from document where number = ?", [number]);
  }

  #forgetSession(number: number): void {
    for (const row of this.#connection.all("select number, shard from document where session = ?", [number])) {
      this.#forget({ number: Number(row["number"]), shard: Number(row["shard"]) });
    }
    this.#connection.run("delete from session_model where session = ?", [number]);
  }

  #shardsOf(sessions: readonly number[]): readonly number[] {
    const shards = sessions.flatMap((session) =>
      this.#connection.all("select shard from place where session = ?", [session]).map((row) => Number(row["shard"])),
    );
    return [...new Set(shards)];
  }

  /** Merges all into one segment, in which no tombstones and none of their words are left. */
  #rewriteShard(shard: number): void {
    for (const table of [`words_${String(shard)}`, `pieces_${String(shard)}`]) {
      this.#connection.run(`insert into ${table} (${table}) values ('optimize')`);
    }
    this.#connection.run("update shard set merged_size = size where number = ?", [shard]);
  }

  #sessionNumber(sessionId: SessionId): number {
    this.#connection.run("insert or ignore into session (session_id) values (?)", [sessionId]);
    return Number(this.#connection.get("select number from session where session_id = ?", [sessionId])?.["number"]);
  }

  /** The shard that takes new words; a full one is merged once and for all, and another begins. */
  #openShard(): number {
    const last = this.#connection.get("select number, size from shard order by number desc limit 1");
    const { shardSize = shardSizeDefault } = this.#options;
    if (last !== undefined && Number(last["size"]) < shardSize) return Number(last["number"]);
    if (last !== undefined) this.#rewriteShard(Number(last["number"]));
    this.#connection.run("insert into shard default values");
    const shard = Number(this.#connection.get("select max(number) as number from shard")?.["number"]);
    for (const statement of shardTables(shard)) this.#connection.execute(statement);
    return shard;
  }
}
