/**
 * The table x_turn: the turns that run, one a session at most. Its row is what allows a process to write into a session:
 * a write that finds another fencing number than its own is refused.
 */
import { AppError } from "../lib/app-error.ts";
import { asMessageId, asSessionId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { ReadHandle, SqlRow, WriteHandle } from "./handle.ts";
import { storedNumber, storedMilliseconds } from "./stored-values.ts";
import { buried, isSessionThere } from "./tombstones.ts";

/**
 * Where a turn stands, for whoever has to settle it. `starting`: no step yet · `requesting`: the step's row is not finished ·
 * `waiting`: the row is empty and waits for its next try · `calling`: the row is finished, its calls may lack results ·
 * `ended`: all is on disk · `compacting`: there is no row.
 */
export type TurnPhase = "starting" | "requesting" | "waiting" | "calling" | "ended" | "compacting";

export interface StoredTurn {
  readonly sessionId: SessionId;
  /** Grows with each turn of the database, so that no two are ever alike. */
  readonly fence: number;
  readonly ownerId: string;
  /** For people. */
  readonly ownerName: string;
  readonly phase: TurnPhase;
  /** The row of the step that runs or ran last. */
  readonly messageId: MessageId | null;
  readonly startedAtMs: number;
  /** Questions to its owner so far, and those that it has answered. */
  readonly asked: number;
  readonly answered: number;
  readonly wish: TurnWish | null;
}

/**
 * What the owner of a turn may be asked for besides an answer. `cancel`: to end the turn · `stop`: all that it does in the
 * session, commands and background jobs too.
 */
export type TurnWish = "cancel" | "stop";

export type TurnClaim = Pick<StoredTurn, "sessionId" | "fence">;

const columns = "session_id, fence, owner_id, owner_name, phase, message_id, started_at_ms, asked, answered, wish";
const wishes: readonly TurnWish[] = ["cancel", "stop"];
const phases: readonly TurnPhase[] = ["starting", "requesting", "waiting", "calling", "ended", "compacting"];

export function listTurns(handle: ReadHandle): readonly StoredTurn[] {
  return handle.all(`select ${columns} from x_turn order by fence`).map(decodeTurn);
}

export function getTurn(handle: ReadHandle, sessionId: SessionId): StoredTurn | null {
  const row = handle.get(`select ${columns} from x_turn where session_id = ?`, [sessionId]);
  return row === undefined ? null : decodeTurn(row);
}

function decodeTurn(row: SqlRow): StoredTurn {
  return {
    sessionId: asSessionId(String(row["session_id"])),
    fence: Number(row["fence"]),
    ownerId: String(row["owner_id"]),
    ownerName: String(row["owner_name"]),
    phase: phases.find((phase) => phase === row["phase"]) ?? "requesting",
    messageId: typeof row["message_id"] === "string" ? asMessageId(row["message_id"]) : null,
    startedAtMs: storedMilliseconds(row["started_at_ms"]),
    asked: storedNumber(row["asked"]),
    answered: storedNumber(row["answered"]),
    wish: wishes.find((wish) => wish === row["wish"]) ?? null,
  };
}

/** Begins a turn. Throws AppError session-busy, naming the owner, where one runs; session-not-found. */
export function claimTurn(
  tx: WriteHandle,
  turn: Pick<StoredTurn, "sessionId" | "ownerId" | "ownerName" | "phase">,
): TurnClaim {
  const { sessionId, ownerId, ownerName, phase } = turn;
  const running = getTurn(tx, sessionId);
  if (running !== null) throw sessionBusy(running);
  const inserted = tx.run(
    `insert into x_turn (session_id, owner_id, owner_name, phase, started_at_ms)
     select id, ?, ?, ?, ? from sessions where id = ? and id not in ${buried}`,
    [ownerId, ownerName, phase, tx.nowMs, sessionId],
  );
  if (inserted === 0) throw gone();
  return { sessionId, fence: Number(tx.get("select fence from x_turn where session_id = ?", [sessionId])?.["fence"]) };
}

/** Throws AppError session-busy where the turn is no longer its owner's; session-not-found where the session is gone. */
export function requireTurn(handle: ReadHandle, claim: TurnClaim): void {
  if (holdsTurn(handle, claim)) return;
  if (!isSessionThere(handle, claim.sessionId)) throw gone();
  throw new AppError("session-busy", "another window has taken this session over; nothing more was written here", {
    hint: "what it shows now comes from there; send the prompt again if it is still needed",
  });
}

export function holdsTurn(handle: ReadHandle, { sessionId, fence }: TurnClaim): boolean {
  return handle.get("select 1 from x_turn where session_id = ? and fence = ?", [sessionId, fence]) !== undefined;
}

/** Where the turn stands from now on; without `messageId` its step stays. */
export function moveTurn(
  tx: WriteHandle,
  { fence }: TurnClaim,
  to: { readonly phase: TurnPhase; readonly messageId?: MessageId },
): void {
  tx.run("update x_turn set phase = ?, message_id = coalesce(?, message_id) where fence = ?", [
    to.phase,
    to.messageId ?? null,
    fence,
  ]);
}

/** The session is free. False: the turn was taken over, or its session is gone. */
export function releaseTurn(tx: WriteHandle, { fence }: TurnClaim): boolean {
  return tx.run("delete from x_turn where fence = ?", [fence]) > 0;
}

/** Asks the turn's owner for an answer. Returns the question's number; null: the turn is over. Of two wishes `stop` stays. */
export function askTurn(tx: WriteHandle, { fence }: Pick<TurnClaim, "fence">, wish: TurnWish | null): number | null {
  tx.run(
    "update x_turn set asked = asked + 1, wish = case wish when 'stop' then wish else coalesce(?, wish) end where fence = ?",
    [wish, fence],
  );
  const row = tx.get("select asked from x_turn where fence = ?", [fence]);
  return row === undefined ? null : storedNumber(row["asked"]);
}

/** Who wished for it waits no longer: an owner that wakes up later goes on. */
export function withdrawWish(tx: WriteHandle, { fence }: Pick<TurnClaim, "fence">): void {
  tx.run("update x_turn set wish = '' where fence = ?", [fence]);
}

/** Answers all questions up to this one; the wish is being fulfilled. */
export function answerTurn(tx: WriteHandle, { fence, asked }: Pick<StoredTurn, "fence" | "asked">): void {
  tx.run("update x_turn set answered = max(answered, ?), wish = '' where fence = ?", [asked, fence]);
}

/** Names who has the session. */
export function sessionBusy({ ownerName, startedAtMs }: StoredTurn): AppError {
  const time = new Date(startedAtMs).toLocaleTimeString("en-GB");
  return new AppError("session-busy", `the session is at work in another window: ${ownerName}, since ${time}`, {
    hint: "wait until its turn has ended, or cancel it there; once that process has ended, it is settled here",
  });
}

function gone(): AppError {
  return new AppError("session-not-found", "the session was deleted by another program", {
    hint: "what it had said is gone with it; start a new session (ctrl+n)",
  });
}
