import { AppError } from "../lib/app-error.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import { detailsLength } from "../lib/short-id.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { Message } from "../schema/message.ts";
import type { ReadHandle } from "../store/handle.ts";
import { listMessages, pageOfMessages } from "../store/message-pages.ts";
import { changeSessionFacts } from "../store/session-facts.ts";
import { getSession } from "../store/sessions.ts";
import type { FoundInSession, ListedSession, ReadSession, SessionAnswer, SessionDirectory } from "../tools/tool.ts";
import type { ResolvedModel, SessionSummary } from "./app.ts";
import type { Context } from "./context.ts";
import { findSession } from "./find-session.ts";
import { rowsOfLastTurn } from "./rows-of-turn.ts";
import type { SessionSearch } from "./search.ts";
import { insertEmptySession } from "./unsaved-sessions.ts";

const madeInTurnMax = 5;

/** What the directory needs of the other use cases. */
export interface SessionDirectoryPorts {
  readonly list: (limit: number) => readonly SessionSummary[];
  readonly search: Pick<SessionSearch, "find">;
  /** Runs the session's first turn in the background. */
  readonly start: (sessionId: SessionId, prompt: string) => void;
}

type DirectoryContext = Pick<Context, "config" | "store" | "shortId" | "secrets" | "events" | "log">;

interface NewSession {
  readonly title: string;
  readonly prompt: string;
  readonly isStarted: boolean;
}

interface DirectoryTurn {
  readonly sessionId: SessionId;
  readonly model: ResolvedModel;
  /** It began in a process that was killed. */
  readonly isResumed: boolean;
}

/** How many sessions the last turn has made. */
function madeBefore(messages: readonly Message[]): number {
  return rowsOfLastTurn(messages)
    .flatMap(({ parts }) => parts)
    .filter((part) => part.type === "tool_result" && part.name === "session_create" && !part.isError).length;
}

function refused(why: string): { readonly kind: "refused"; readonly why: string } {
  return { kind: "refused", why };
}

/** The other sessions, as the tools of one turn see and make them. */
export class TurnSessions implements SessionDirectory {
  readonly #context: DirectoryContext;
  readonly #ports: SessionDirectoryPorts;
  readonly #turn: DirectoryTurn;
  #made: number;

  constructor(context: DirectoryContext, ports: SessionDirectoryPorts, turn: DirectoryTurn) {
    this.#context = context;
    this.#ports = ports;
    this.#turn = turn;
    this.#made = turn.isResumed ? context.store.read((tx) => madeBefore(listMessages(tx, turn.sessionId))) : 0;
  }

  async create(input: NewSession): Promise<SessionAnswer<ListedSession>> {
    const { store } = this.#context;
    const parent = store.read((tx) => getSession(tx, this.#turn.sessionId)?.parentSessionId ?? null);
    if (parent !== null) return refused("A child session can't make sessions. Say in your answer what should be done.");
    if (this.#made >= madeInTurnMax) {
      return refused(
        `${madeInTurnMax} sessions were made in this turn, which is the most. Ask the person before more.`,
      );
    }
    this.#made += 1;
    try {
      const session = await this.#insert(input);
      if (input.isStarted) this.#ports.start(session.id, input.prompt);
      this.#tell(session, input);
      return { kind: "ok", value: this.#listed(session, { state: input.isStarted ? "running" : "ready" }) };
    } catch (error) {
      this.#made -= 1;
      if (error instanceof AppError) return refused(error.message);
      throw error;
    }
  }

  list(limit: number): readonly ListedSession[] {
    const others = this.#ports.list(limit + 1).filter(({ session }) => session.id !== this.#turn.sessionId);
    return others.slice(0, limit).map(({ session, state, figures }) => ({
      // Whether a person has looked is nothing to the model.
      ...this.#listed(session, { state: state === "unseen" ? "idle" : state }),
      messageCount: figures.messageCount,
    }));
  }

  async search(
    query: string,
    { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  ): Promise<readonly FoundInSession[]> {
    const except = this.#turn.sessionId;
    const found = await this.#ports.search.find(query, { limit, except, signal, isPatient: true });
    return (found?.hits ?? []).map(({ hash, title, field, atSeconds, snippet }) => ({
      shortId: hash.slice(0, detailsLength),
      title,
      field,
      atSeconds,
      snippet,
    }));
  }

  read(wanted: string, page: { readonly limit: number; readonly before?: number }): SessionAnswer<ReadSession> {
    const { store } = this.#context;
    try {
      const session = findSession(this.#context, wanted);
      if (session.id === this.#turn.sessionId) return refused("That is this very session: you have it before you.");
      const read = (tx: ReadHandle): ReadSession => ({
        ...this.#listed(session, { state: "" }),
        ...pageOfMessages(tx, { sessionId: session.id, ...page }),
      });
      return { kind: "ok", value: store.read(read) };
    } catch (error) {
      if (error instanceof AppError) return refused(error.message);
      throw error;
    }
  }

  async #insert({ title, prompt, isStarted }: NewSession): Promise<Session> {
    const { config, store, secrets } = this.#context;
    const { provider, model, reasoningEffort } = this.#turn.model.choice;
    const maskedTitle = maskSecrets(title, secrets());
    return store.transact((tx) => {
      const session = insertEmptySession(tx, config, { title: maskedTitle });
      // The agent's own title: better ones may follow it.
      changeSessionFacts(tx, session.id, {
        titleSource: "model",
        provider,
        model,
        reasoningEffort: reasoningEffort ?? null,
        ...(isStarted ? {} : { draft: maskSecrets(prompt, secrets()) }),
      });
      return session;
    });
  }

  #tell({ id, title }: Session, { isStarted }: NewSession): void {
    const { events } = this.#context;
    events.emit({ type: "session-made", sessionId: this.#turn.sessionId, madeId: id, title, isStarted });
  }

  #listed(session: Session, { state }: { readonly state: string }): ListedSession {
    const { id, title, updatedAt, messageCount } = session;
    const shortId = this.#context.shortId(id).slice(0, detailsLength);
    return { sessionId: id, shortId, title, state, messageCount, updatedAt };
  }
}
