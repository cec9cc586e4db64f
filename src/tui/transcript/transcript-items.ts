import type { MessageId, ToolCallId } from "../../schema/ids.ts";
import type { Message, ToolResultPart } from "../../schema/message.ts";
import { itemsOfMessage, type MessageContext } from "./message-items.ts";
import type { ToolState, TranscriptItem } from "./transcript-item.ts";

interface Entry {
  message: Message;
  /** Index of its first item; right for every entry after `#reindex`. */
  firstItem: number;
  items: readonly TranscriptItem[];
}

/** Output beyond this is dropped from the start while a call runs: only its end is shown. */
const liveOutputLengthMax = 32_000;

/** Equal by identity or, one level down, field by field: parts are made anew while a message streams. */
function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const entries = Object.entries(one);
  const others: Readonly<Record<string, unknown>> = { ...other };
  return entries.length === Object.keys(others).length && entries.every(([name, value]) => value === others[name]);
}

function isSameItem(one: TranscriptItem, other: TranscriptItem): boolean {
  const others: Readonly<Record<string, unknown>> = { ...other };
  return Object.entries(one).every(([name, value]) => isSameValue(value, others[name]));
}

/** The row of a command of the person's own may stand in the middle of a turn. */
function beginsTurn({ role, parts }: Message): boolean {
  return role === "user" && !parts.some(({ type }) => type === "shell_command");
}

/**
 * The messages of a session as a flat list of items. Changes at the end cost the same however long the transcript is;
 * an item that did not change stays the same object.
 */
export class TranscriptItems {
  #entries: Entry[] = [];
  #items: TranscriptItem[] = [];
  #entryById = new Map<MessageId, Entry>();
  /** The newest assistant message with a call of this id. */
  #ownerByCall = new Map<ToolCallId, MessageId>();
  #results = new Map<string, ToolResultPart>();
  #orphans = new Set<ToolResultPart>();
  readonly #states = new Map<ToolCallId, ToolState>();
  readonly #outputs = new Map<ToolCallId, string>();
  /** Of the person's commands that run, in place of the rows that they will be. */
  readonly #commandIds = new Set<MessageId>();
  #liveId: MessageId | null = null;
  /** The newest row of the live message, which is older than what is streamed. */
  #liveRow: Message | null = null;
  #isActive = false;
  #structureVersion = 0;

  get items(): readonly TranscriptItem[] {
    return this.#items;
  }

  /** See ScrollSource. */
  get structureVersion(): number {
    return this.#structureVersion;
  }

  get messages(): readonly Message[] {
    return this.#entries.map((entry) => entry.message);
  }

  /** Replaces everything, oldest first. */
  load(messages: readonly Message[]): void {
    this.#entries = [];
    this.#items = [];
    this.#entryById = new Map();
    this.#ownerByCall = new Map();
    this.#results = new Map();
    this.#orphans = new Set();
    this.#structureVersion++;
    // Results come after their calls: all of them are known before the first item is made.
    for (const message of messages) {
      this.#register(message);
      this.#note(message);
    }
    for (const entry of this.#entries) this.#fill(entry);
  }

  get isLive(): boolean {
    return this.#liveId !== null;
  }

  holds(messageId: MessageId): boolean {
    return this.#entryById.has(messageId);
  }

  /** Adds a message at the end or takes its newer row. */
  upsert(message: Message): void {
    this.#commandIds.delete(message.id);
    if (message.id === this.#liveId) {
      this.#liveRow = message;
      // Its calls may be answered before the next frame asks for what streams.
      for (const part of message.parts) if (part.type === "tool_call") this.#ownerByCall.set(part.id, message.id);
      return;
    }
    this.#put(message);
  }

  remove(messageId: MessageId): void {
    if (messageId === this.#liveId) this.#liveRow = null;
    if (!this.#entryById.has(messageId)) return;
    this.load(this.messages.filter((message) => message.id !== messageId));
  }

  /** The message as it is being streamed; null when none is. */
  setLive(message: Message | null): void {
    const oldId = this.#liveId;
    const oldRow = this.#liveRow;
    this.#liveId = message?.id ?? null;
    if (oldId !== null && oldId !== this.#liveId) {
      this.#liveRow = null;
      const old = oldRow ?? this.#entryById.get(oldId)?.message;
      if (old !== undefined) this.#put(old);
    }
    if (message === null) return;
    const shown = this.#entryById.get(message.id)?.message;
    // What is streamed goes over the row until it ends; the row may be the newer one, when its step is over already.
    if (message.id !== oldId) this.#liveRow = shown ?? null;
    if (shown !== message) this.#put(message);
  }

  /** The commands that run, as the rows that they will be: they stand at the end. */
  setCommands(rows: readonly Message[]): void {
    const ended = [...this.#commandIds].filter((id) => !rows.some((row) => row.id === id));
    for (const id of ended) {
      this.#commandIds.delete(id);
      this.remove(id);
    }
    for (const row of rows) {
      // Its own row is there already.
      if (this.holds(row.id) && !this.#commandIds.has(row.id)) continue;
      this.#commandIds.add(row.id);
      if (this.#entryById.get(row.id)?.message !== row) this.#put(row);
    }
  }

  /** Whether a turn runs: what has no result yet then runs, else it was interrupted. */
  setActive(isActive: boolean): void {
    if (isActive === this.#isActive) return;
    this.#isActive = isActive;
    if (!isActive) {
      this.#states.clear();
      this.#outputs.clear();
    }
    this.#rebuildTurn();
  }

  setToolState(callId: ToolCallId, state: ToolState): void {
    this.#states.set(callId, state);
    this.#rebuildOwner(callId);
  }

  /** These calls, and no others, wait for the person in the window that runs the turn. */
  setAskingElsewhere(callIds: readonly ToolCallId[]): void {
    const answered = [...this.#states].filter(([id, state]) => state === "waiting-elsewhere" && !callIds.includes(id));
    for (const [callId] of answered) this.setToolState(callId, "running");
    for (const callId of callIds) this.setToolState(callId, "waiting-elsewhere");
  }

  addToolOutput(callId: ToolCallId, text: string): void {
    this.setToolOutput(callId, (this.#outputs.get(callId) ?? "") + text);
  }

  setToolOutput(callId: ToolCallId, text: string): void {
    const shown = text.slice(-liveOutputLengthMax);
    if (this.#outputs.get(callId) === shown) return;
    this.#outputs.set(callId, shown);
    this.#rebuildOwner(callId);
  }

  #append(message: Message): void {
    if (this.#commandIds.size > 0 && !this.#commandIds.has(message.id)) {
      const commands = this.messages.filter(({ id }) => this.#commandIds.has(id));
      this.load([...this.messages.filter(({ id }) => !this.#commandIds.has(id)), message, ...commands]);
      return;
    }
    const entry = this.#register(message);
    this.#rebuildOwners(this.#note(message));
    this.#fill(entry);
  }

  #register(message: Message): Entry {
    const entry: Entry = { message, firstItem: this.#items.length, items: [] };
    this.#entries.push(entry);
    this.#entryById.set(message.id, entry);
    return entry;
  }

  #fill(entry: Entry): void {
    entry.firstItem = this.#items.length;
    entry.items = itemsOfMessage(entry.message, this.#contextOf(entry.message));
    this.#items.push(...entry.items);
  }

  #put(message: Message): void {
    const entry = this.#entryById.get(message.id);
    if (entry === undefined) {
      this.#append(message);
      return;
    }
    entry.message = message;
    this.#rebuildOwners(this.#note(message));
    this.#rebuild(entry);
  }

  /** Remembers calls and results. Returns the messages of the calls that got a result. */
  #note(message: Message): Set<MessageId> {
    const owners = new Set<MessageId>();
    for (const part of message.parts) {
      if (part.type === "tool_call") this.#ownerByCall.set(part.id, message.id);
      if (part.type !== "tool_result") continue;
      const owner = this.#ownerByCall.get(part.toolCallId);
      if (owner === undefined) {
        this.#orphans.add(part);
        continue;
      }
      this.#results.set(`${owner}/${part.toolCallId}`, part);
      this.#outputs.delete(part.toolCallId);
      this.#states.delete(part.toolCallId);
      owners.add(owner);
    }
    return owners;
  }

  #rebuildOwners(owners: ReadonlySet<MessageId>): void {
    for (const owner of owners) {
      const entry = this.#entryById.get(owner);
      if (entry !== undefined) this.#rebuild(entry);
    }
  }

  #contextOf(message: Message): MessageContext {
    return {
      isLive: message.id === this.#liveId,
      isRunning: this.#commandIds.has(message.id),
      isActive: this.#isActive && this.#isOfLastTurn(message.id),
      resultOf: (callId) => this.#results.get(`${message.id}/${callId}`) ?? null,
      stateOf: (callId) => this.#states.get(callId) ?? null,
      outputOf: (callId) => this.#outputs.get(callId) ?? "",
      isOrphan: (result) => this.#orphans.has(result),
    };
  }

  #isOfLastTurn(messageId: MessageId): boolean {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const message = this.#entries[index]?.message;
      if (message?.id === messageId) return true;
      if (message !== undefined && beginsTurn(message)) return false;
    }
    return true;
  }

  #rebuildOwner(callId: ToolCallId): void {
    const owner = this.#ownerByCall.get(callId);
    const entry = owner === undefined ? undefined : this.#entryById.get(owner);
    if (entry !== undefined) this.#rebuild(entry);
  }

  #rebuildTurn(): void {
    const start = this.#entries.findLastIndex(({ message }) => beginsTurn(message)) + 1;
    for (const entry of this.#entries.slice(start)) this.#rebuild(entry);
  }

  #rebuild(entry: Entry): void {
    const fresh = itemsOfMessage(entry.message, this.#contextOf(entry.message)).map((item, index) => {
      const old = entry.items[index];
      return old !== undefined && isSameItem(item, old) ? old : item;
    });
    const old = entry.items;
    entry.items = fresh;
    const isGrown = old.every((item, index) => item.key === fresh[index]?.key);
    const isLast = entry.firstItem + old.length === this.#items.length;
    if (!isGrown || (!isLast && fresh.length !== old.length)) this.#structureVersion++;
    this.#items.splice(entry.firstItem, old.length, ...fresh);
    if (fresh.length !== old.length) this.#reindex(entry, fresh.length - old.length);
  }

  /** Only what comes after an entry moves; that is little, since it is the end that changes. */
  #reindex(changed: Entry, shift: number): void {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry === undefined || entry === changed) return;
      entry.firstItem += shift;
    }
  }
}
