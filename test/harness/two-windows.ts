/** Two windows of the real program over one project, done to and looked at in the words of session-model.ts. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { App } from "../../src/app/app.ts";
import { AppError } from "../../src/lib/app-error.ts";
import { must } from "../../src/lib/assert.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { Message } from "../../src/schema/message.ts";
import { AppPlace } from "./app-place.ts";
import { HeldAnswers } from "./held-answers.ts";
import { type Action, answered, isLive, type Model, type ModelRow, type ModelSession } from "./session-model.ts";

type InSession = Extract<Action, { readonly session: number; readonly at: number }>;
type OnPrompt = Extract<InSession, { readonly place: number }>;

const answerMsMax = 15_000;

export class TwoWindows implements AsyncDisposable {
  readonly #held = new HeldAnswers(answered, () => {
    this.#changed();
  });
  readonly #place = new AppPlace({ createProvider: () => this.#held });
  readonly #apps: App[] = [];
  readonly #ids: SessionId[] = [];
  #changed: () => void = () => undefined;

  static async open(): Promise<TwoWindows> {
    const windows = new TwoWindows();
    windows.#apps.push(await windows.#openWindow(), await windows.#openWindow());
    return windows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#apps.map(async (app) => app.close()));
    this.#place.place[Symbol.dispose]();
  }

  /** The code with which the action was refused; null: it was done. */
  async perform(action: Action): Promise<string | null> {
    if (action.type === "create") {
      const { id } = await this.#app(action.at).createSession();
      await this.#app(action.at).renameSession(id, action.title);
      this.#ids.push(id);
    } else if (action.type === "restart") {
      await this.#app(action.at).close();
      this.#apps[action.at] = await this.#openWindow();
    } else if (action.type === "answer") {
      this.#held.release(this.#id(action.session), action.how);
    } else if (action.type === "prompt") {
      return this.#prompt(action);
    } else await ("place" in action ? this.#changePrompt(action) : this.#change(action));
    return null;
  }

  /** Waits until both windows, and the rows, say what the model says. */
  async agree(model: Model): Promise<void> {
    const expected = expectedOf(model);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let isLookDue = false;
    const look = (): void => {
      isLookDue = false;
      if (isDeepStrictEqual(this.#observe(), expected)) resolve(undefined);
    };
    this.#changed = () => {
      if (!isLookDue) setImmediate(look);
      isLookDue = true;
    };
    const giveUp = setTimeout(() => {
      resolve(undefined);
    }, answerMsMax);
    this.#changed();
    await promise;
    clearTimeout(giveUp);
    this.#changed = () => undefined;
    assert.deepEqual(this.#observe(), expected);
  }

  async #openWindow(): Promise<App> {
    const app = await this.#place.open();
    app.watch(() => {
      this.#changed();
    });
    return app;
  }

  #app(at: number): App {
    return must(this.#apps[at], "no such window");
  }

  #id(session: number): SessionId {
    return must(this.#ids[session], "no such session");
  }

  /** Resolves when the turn has begun, or does not. */
  async #prompt({ at, session, text, isDraft }: Extract<Action, { readonly type: "prompt" }>): Promise<string | null> {
    const app = this.#app(at);
    const id = this.#id(session);
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const stop = app.watch((event) => {
      if (event.type === "turn-start" && event.sessionId === id) resolve(null);
    });
    app.sendPrompt(id, { text, attachments: [], isDraft }).catch((error: unknown) => {
      resolve(error instanceof AppError ? error.code : String(error));
    });
    const refusal = await promise;
    stop();
    return refusal;
  }

  async #change(action: Exclude<InSession, OnPrompt | { readonly type: "prompt" }>): Promise<void> {
    const app = this.#app(action.at);
    const id = this.#id(action.session);
    if (action.type === "add") await app.queue.add(id, { text: action.text, attachments: [] }, action.kind);
    else if (action.type === "resume") await app.queue.resume(id);
    else if (action.type === "cancel") await app.cancelTurn(id);
    else if (action.type === "delete") await app.deleteSession(id);
    else if (action.type === "rename") await app.renameSession(id, action.title);
    else await app.saveDraft(id, action.text);
  }

  async #changePrompt(action: OnPrompt): Promise<void> {
    const { queue } = this.#app(action.at);
    const { id } = must(queue.list(this.#id(action.session))[action.place], "no such prompt");
    if (action.type === "edit") assert.ok(await queue.edit(id, action.text));
    else if (action.type === "set-kind") assert.ok(await queue.setKind(id, action.kind));
    else if (action.type === "move") assert.ok(await queue.move(id, action.to));
    else if (action.type === "remove") assert.ok(await queue.remove(id));
    else assert.ok(await queue.runNow(id));
  }

  #observe(): Observed {
    return {
      windows: this.#apps.map((app) => {
        const listed = app.listSessions();
        return this.#ids.map((id) => {
          const line = listed.find(({ session }) => session.id === id);
          return line === undefined ? "deleted" : this.#seen(app, id, line);
        });
      }),
      claims: this.#place.query("select session_id from x_turn").length,
    };
  }

  #seen(app: App, id: SessionId, { session, state }: ReturnType<App["listSessions"]>[number]): SeenSession {
    return {
      title: session.title,
      draft: app.readDraft(id),
      rows: app.readTranscript(id, { limit: 1_000 }).messages.map(rowOf),
      queue: app.queue.list(id).map((prompt) => [prompt.text, prompt.kind, prompt.state]),
      turn: state === "running" || state === "elsewhere" ? state : null,
      isAsked: this.#held.isHeld(id),
    };
  }
}

interface Observed {
  /** As each window shows the sessions. */
  readonly windows: readonly (readonly (SeenSession | "deleted")[])[];
  /** How many sessions somebody has. */
  readonly claims: number;
}

interface SeenSession {
  readonly title: string;
  readonly draft: string;
  readonly rows: readonly ModelRow[];
  readonly queue: readonly (readonly string[])[];
  readonly turn: "running" | "elsewhere" | null;
  /** The turn waits for its model. */
  readonly isAsked: boolean;
}

function rowOf({ role, parts }: Message): ModelRow {
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const finish = role === "assistant" ? (parts.find((part) => part.type === "finish")?.reason ?? null) : null;
  // What streams is in the journal first.
  const isOpen = role === "assistant" && finish === null;
  return { role: role === "assistant" || role === "tool" ? role : "user", text: isOpen ? "" : text, finish };
}

function expectedOf(model: Model): Observed {
  return {
    windows: model.windows.map((window) => model.sessions.map((session) => seenIn(model, window, session))),
    claims: model.sessions.filter(({ owner }) => owner !== null).length,
  };
}

function seenIn(model: Model, window: number, session: ModelSession): SeenSession | "deleted" {
  const { title, draft, rows, owner, isDeleted } = session;
  if (isDeleted) return "deleted";
  return {
    title,
    draft,
    rows,
    queue: session.queue.map((prompt) => [prompt.text, prompt.kind, isLive(model, prompt) ? "waiting" : "paused"]),
    turn: owner === null ? null : owner === window ? "running" : "elsewhere",
    isAsked: owner !== null,
  };
}
