import type { App, LiveCommand } from "../app/app.ts";
import type { DisplayCall } from "../schema/display-block.ts";
import { asMessageId, type SessionId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { LateModules } from "../term/late-modules.ts";
import { themes } from "../term/themes.ts";
import { Transcript } from "./transcript/transcript.ts";

export interface PaneOptions {
  readonly app: App;
  readonly displayCall: DisplayCall;
  readonly modules: LateModules;
}

/** Rows read at first, and at each time when an end of what is loaded comes near. */
const firstPageLimit = 60;
const pageLimit = 200;
/** Messages held while new ones come at the end that is looked at; then a first page of them is kept. */
const followedMax = 2 * firstPageLimit;
/** Messages held; what lies farther away is read again when it comes near. */
const messagesMax = 1200;

/** The message of an item; see message-items.ts. */
function messageIdOf(itemKey: string): ReturnType<typeof asMessageId> {
  return asMessageId(itemKey.slice(0, itemKey.indexOf("/")));
}

/** The messages of a session, as far as they are looked at: a window that moves over them. */
export class PagedTranscript {
  readonly transcript: Transcript;
  readonly #app: App;
  readonly #sessionId: SessionId;
  readonly #commandRows = new WeakMap<LiveCommand, Message>();
  #hasOlder = false;
  #hasNewer = false;

  /** At the end, else around an item. */
  constructor(sessionId: SessionId, { app, displayCall, modules }: PaneOptions, around: string | null = null) {
    this.#app = app;
    this.#sessionId = sessionId;
    this.transcript = new Transcript({ displayCall, theme: themes.none, modules });
    if (around === null || !this.#readAround(around)) this.readEnd();
    const live = app.liveTurn(sessionId);
    this.transcript.setActive(live !== null && live.isLeft !== true);
    for (const callId of live?.outputs?.keys() ?? []) this.transcript.setToolState(callId, "running");
    this.transcript.setAskingElsewhere(live?.asking ?? []);
    for (const request of live?.pendingPermissions ?? []) this.transcript.setToolState(request.toolCallId, "waiting");
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** False: what is loaded ends with the session's last message. */
  get hasNewer(): boolean {
    return this.#hasNewer;
  }

  readEnd(): void {
    const { messages, olderCursor } = this.#app.readTranscript(this.#sessionId, { limit: firstPageLimit });
    this.#replace(messages, { hasOlder: olderCursor !== null, hasNewer: false });
  }

  /** Holds the item from now on, with what is around it. False where its message is gone. */
  reach(itemKey: string): boolean {
    return this.transcript.holds(messageIdOf(itemKey)) || this.#readAround(itemKey);
  }

  readBeginning(): void {
    if (!this.#hasOlder) return;
    const page = this.#app.readWindow(this.#sessionId, { limit: pageLimit, place: "beginning" });
    if (page !== null) this.#replace(page.messages, page);
  }

  readOlder(): void {
    const { messages } = this.transcript;
    const [first] = messages;
    if (!this.#hasOlder || first === undefined) return;
    const page = this.#app.readWindow(this.#sessionId, { limit: pageLimit, place: { before: first.id } });
    if (page === null) {
      this.readEnd();
      return;
    }
    const all = [...page.messages, ...messages];
    this.#replace(all.slice(0, messagesMax), {
      hasOlder: page.hasOlder,
      hasNewer: this.#hasNewer || all.length > messagesMax,
    });
  }

  readNewer(): void {
    const { messages } = this.transcript;
    const last = messages.at(-1);
    if (!this.#hasNewer || last === undefined) return;
    const page = this.#app.readWindow(this.#sessionId, { limit: pageLimit, place: { after: last.id } });
    if (page === null) {
      this.readEnd();
      return;
    }
    const all = [...messages, ...page.messages];
    this.#replace(all.slice(-messagesMax), {
      hasOlder: this.#hasOlder || all.length > messagesMax,
      hasNewer: page.hasNewer,
    });
  }

  /** What happens at the session's end is read when one gets there. */
  accept(event: SessionEvent): void {
    if (this.#hasNewer && event.type === "message-created") return;
    if (this.#hasNewer && event.type === "message-updated" && !this.transcript.holds(event.message.id)) return;
    this.transcript.accept(event);
  }

  /** Lets go of what lies far before the end: nobody looks at it, and the session may go on for days. */
  letOldGo(): void {
    const { messages } = this.transcript;
    if (this.#hasNewer || messages.length <= followedMax) return;
    this.#replace(messages.slice(-firstPageLimit), { hasOlder: true, hasNewer: false });
  }

  readLive(): void {
    const live = this.#hasNewer ? null : this.#app.liveTurn(this.#sessionId);
    this.transcript.setLive(live?.message ?? null);
    // What was printed before this window followed the session is told of by no event.
    for (const [callId, text] of live?.outputs ?? []) this.transcript.setToolOutput(callId, text);
    const commands = this.#hasNewer ? [] : this.#app.liveCommands(this.#sessionId);
    this.transcript.setCommands(commands.map((command) => this.#rowOf(command)));
  }

  /** What a command that runs will be. The same one where nothing has changed. */
  #rowOf(command: LiveCommand): Message {
    const known = this.#commandRows.get(command);
    if (known !== undefined) return known;
    const row: Message = {
      id: command.id,
      sessionId: this.#sessionId,
      role: "user",
      parts: [{ type: "shell_command", command: command.command, output: command.output, exitCode: 0 }],
      model: "",
      provider: null,
      createdAt: 0,
      updatedAt: 0,
      finishedAt: null,
      isSummary: false,
      exactBlocks: null,
      unreadable: null,
    };
    this.#commandRows.set(command, row);
    return row;
  }

  #readAround(itemKey: string): boolean {
    const place = { around: messageIdOf(itemKey) };
    const page = this.#app.readWindow(this.#sessionId, { limit: firstPageLimit, place });
    if (page === null) return false;
    this.#replace(page.messages, page);
    return true;
  }

  #replace(messages: readonly Message[], ends: { readonly hasOlder: boolean; readonly hasNewer: boolean }): void {
    this.#hasOlder = ends.hasOlder;
    this.#hasNewer = ends.hasNewer;
    this.transcript.setLive(null);
    this.transcript.load(messages);
  }
}
