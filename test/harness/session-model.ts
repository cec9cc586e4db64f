/** What the sessions of a project are, said as simply as it goes: the state that the real program is compared with. */
import type { FinishReason } from "../../src/schema/message.ts";
import type { QueuedKind } from "../../src/schema/queued-prompt.ts";

/** A window is known by the number of its start; two are open at any time. */
export type WindowNumber = number;

export interface ModelPrompt {
  readonly text: string;
  readonly kind: QueuedKind;
  /** Who is to run it; null: nobody, until a person says so. */
  readonly owner: WindowNumber | null;
  /** Where it was typed. */
  readonly waiter: WindowNumber | null;
}

export interface ModelRow {
  readonly role: "user" | "assistant" | "tool";
  readonly text: string;
  readonly finish: string | null;
}

export interface ModelSession {
  readonly rows: readonly ModelRow[];
  readonly queue: readonly ModelPrompt[];
  /** In which window its turn runs. */
  readonly owner: WindowNumber | null;
  readonly title: string;
  readonly draft: string;
  readonly isDeleted: boolean;
}

export interface Model {
  readonly windows: readonly [WindowNumber, WindowNumber];
  readonly sessions: readonly ModelSession[];
}

interface InWindow {
  /** 0 or 1. */
  readonly at: number;
  /** Counted from 0, over all that were ever made. */
  readonly session: number;
}

interface OnPrompt extends InWindow {
  /** Its place in the queue. */
  readonly place: number;
}

export type Action =
  | { readonly type: "create"; readonly at: number; readonly title: string }
  | ({ readonly type: "prompt"; readonly text: string; readonly isDraft: boolean } & InWindow)
  | ({ readonly type: "add"; readonly text: string; readonly kind: QueuedKind } & InWindow)
  | ({ readonly type: "edit"; readonly text: string } & OnPrompt)
  | ({ readonly type: "set-kind"; readonly kind: QueuedKind } & OnPrompt)
  | ({ readonly type: "move"; readonly to: number } & OnPrompt)
  | ({ readonly type: "remove" } & OnPrompt)
  | ({ readonly type: "run-now" } & OnPrompt)
  | ({ readonly type: "resume" } & InWindow)
  | ({ readonly type: "cancel" } & InWindow)
  | ({ readonly type: "delete" } & InWindow)
  | ({ readonly type: "rename"; readonly title: string } & InWindow)
  | ({ readonly type: "draft"; readonly text: string } & InWindow)
  /** The model ends its step: with calls the turn goes on. */
  | { readonly type: "answer"; readonly session: number; readonly how: "end" | "calls" | "failure" }
  /** The window is closed and opened again. */
  | { readonly type: "restart"; readonly at: number };

export const answered = "said";
const steps = { end: "end_turn", calls: "tool_use", failure: "error" } as const;

/** Whether there is something that the action can be done to. */
export function isPossible(model: Model, action: Action): boolean {
  if (action.type === "restart") return true;
  if (action.type === "create") return model.sessions.length < 3;
  const session = model.sessions[action.session];
  if (session === undefined || (session.isDeleted && action.type !== "prompt")) return false;
  if (action.type === "answer") return session.owner !== null;
  return !("place" in action) || session.queue[action.place] !== undefined;
}

/** How the program refuses the action; null: it does it. */
export function refusalOf(model: Model, action: Action): "session-not-found" | "session-busy" | null {
  if (action.type !== "prompt") return null;
  const session = sessionAt(model, action.session);
  if (session.isDeleted) return "session-not-found";
  return session.owner === null ? null : "session-busy";
}

export function isLive(model: Model, { owner, waiter }: Pick<ModelPrompt, "owner" | "waiter">): boolean {
  return owner !== null && [owner, waiter].some((window) => window !== null && model.windows.includes(window));
}

/** The state after an action that is possible and is not refused. */
export function after(model: Model, action: Action): Model {
  if (action.type === "create") {
    const session = { rows: [], queue: [], owner: null, title: action.title, draft: "", isDeleted: false };
    return { ...model, sessions: [...model.sessions, session] };
  }
  if (action.type === "restart") return afterRestart(model, action.at);
  const session = sessionAt(model, action.session);
  const changed =
    action.type === "answer" ? afterAnswer(model, session, action.how) : afterPerson(model, session, action);
  return withSession(model, action.session, runOn(model, changed));
}

type SessionAction = Exclude<Action, { readonly type: "create" | "restart" | "answer" }>;

function afterPerson(model: Model, session: ModelSession, action: SessionAction): ModelSession {
  const window = windowAt(model, action.at);
  switch (action.type) {
    case "prompt":
      return { ...begin(session, window, action.text), ...(action.isDraft ? { draft: "" } : {}) };
    case "rename":
      return { ...session, title: action.title };
    case "draft":
      return { ...session, draft: action.text };
    case "cancel":
      return session.owner === null ? session : endTurn(session, "canceled");
    case "delete":
      return { ...session, isDeleted: true, owner: null };
    default:
      return { ...session, ...afterQueueAction({ model, session, window }, action) };
  }
}

type QueueAction = Extract<
  SessionAction,
  { readonly type: "add" | "edit" | "set-kind" | "move" | "remove" | "run-now" | "resume" }
>;

interface QueueScene {
  readonly model: Model;
  readonly session: ModelSession;
  readonly window: WindowNumber;
}

function afterQueueAction(scene: QueueScene, action: QueueAction): Partial<ModelSession> {
  const { model, session, window } = scene;
  const { queue } = session;
  const here = { owner: session.owner ?? window, waiter: window };
  if (action.type === "add") {
    const { text, kind } = action;
    const added = [...queue, { text, kind, ...here }];
    return { draft: "", queue: kind === "steering" ? steeringFirst(added) : added };
  }
  if (action.type === "resume") {
    return { queue: queue.map((prompt) => (isLive(model, prompt) ? prompt : { ...prompt, ...here })) };
  }
  const prompt = queue[action.place];
  if (prompt === undefined) throw new Error("no such prompt");
  const others = queue.filter((each) => each !== prompt);
  switch (action.type) {
    case "edit":
      return { queue: queue.with(action.place, { ...prompt, text: action.text }) };
    case "set-kind":
      return { queue: steeringFirst(queue.with(action.place, { ...prompt, kind: action.kind })) };
    case "move":
      return { queue: others.toSpliced(action.to, 0, prompt) };
    case "remove":
      return { queue: others };
    default: {
      const kind = session.owner === null ? prompt.kind : "steering";
      const first = { ...prompt, ...here, kind };
      return { queue: [first, ...(session.owner === null ? others : steeringFirst(others))] };
    }
  }
}

function steeringFirst(queue: readonly ModelPrompt[]): readonly ModelPrompt[] {
  const steering = queue.filter(({ kind }) => kind === "steering");
  return [...steering, ...queue.filter(({ kind }) => kind !== "steering")];
}

function begin(session: ModelSession, owner: WindowNumber, text: string): ModelSession {
  const rows: readonly ModelRow[] = [
    { role: "user", text, finish: null },
    { role: "assistant", text: "", finish: null },
  ];
  return { ...session, owner, rows: [...session.rows, ...rows] };
}

function finishStep(session: ModelSession, finish: FinishReason): ModelSession {
  return { ...session, rows: [...session.rows.slice(0, -1), { role: "assistant", text: answered, finish }] };
}

/** After a failure or a cancel the person decides about what its window was to run. */
function endTurn(session: ModelSession, finish: FinishReason): ModelSession {
  const { owner } = session;
  const isGood = finish === "end_turn";
  const queue = session.queue.map((prompt) =>
    isGood || prompt.owner !== owner ? prompt : { ...prompt, owner: null, waiter: null },
  );
  return { ...finishStep(session, finish), owner: null, queue };
}

function afterAnswer(model: Model, session: ModelSession, how: keyof typeof steps): ModelSession {
  if (how !== "calls") return endTurn(session, steps[how]);
  // What is paused is not said unasked.
  const isTaken = (prompt: ModelPrompt): boolean => prompt.kind === "steering" && isLive(model, prompt);
  const { rows } = finishStep(session, steps.calls);
  const steered = session.queue.filter(isTaken).map(({ text }): ModelRow => ({ role: "user", text, finish: null }));
  return {
    ...session,
    rows: [
      ...rows,
      { role: "tool", text: "", finish: null },
      ...steered,
      { role: "assistant", text: "", finish: null },
    ],
    queue: session.queue.filter((prompt) => !isTaken(prompt)),
  };
}

/** Its turns end as canceled, and the other window takes over what waits there too. */
function afterRestart({ windows, sessions }: Model, at: number): Model {
  const closed = windows[at === 0 ? 0 : 1];
  const opened = Math.max(...windows) + 1;
  const model: Model = { windows: at === 0 ? [opened, windows[1]] : [windows[0], opened], sessions };
  return {
    ...model,
    sessions: sessions.map((session) =>
      session.owner === closed ? runOn(model, { ...finishStep(session, "canceled"), owner: null }) : session,
    ),
  };
}

/** The first prompt that somebody alive is to run begins where no turn runs. */
function runOn(model: Model, session: ModelSession): ModelSession {
  if (session.isDeleted || session.owner !== null) return session;
  const queue = adopted(model, session.queue);
  const head = queue.find((prompt) => isLive(model, prompt));
  if (head === undefined || head.owner === null) return session;
  return begin({ ...session, queue: queue.filter((prompt) => prompt !== head) }, head.owner, head.text);
}

/** A window with a prompt among those that a closed one was to run goes on with all of them. */
function adopted({ windows }: Model, queue: readonly ModelPrompt[]): readonly ModelPrompt[] {
  const isOpen = (window: WindowNumber | null): window is WindowNumber => window !== null && windows.includes(window);
  return queue.map((prompt) => {
    if (prompt.owner === null || isOpen(prompt.owner)) return prompt;
    const heir = queue.find(({ owner, waiter }) => owner === prompt.owner && isOpen(waiter))?.waiter;
    return { ...prompt, owner: heir ?? prompt.owner };
  });
}

function sessionAt(model: Model, session: number): ModelSession {
  const found = model.sessions[session];
  if (found === undefined) throw new Error("no such session");
  return found;
}

function windowAt({ windows }: Model, at: number): WindowNumber {
  return at === 0 ? windows[0] : windows[1];
}

function withSession(model: Model, at: number, session: ModelSession): Model {
  return { ...model, sessions: model.sessions.with(at, session) };
}
