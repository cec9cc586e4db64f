import type { SessionDetails } from "../../app/app.ts";
import type { DatabaseCopy } from "../../app/backups.ts";
import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";
import { plural } from "../plural.ts";
import { waitForLog } from "../session/delete.ts";
import { copiesText, endCopies } from "../session/held-copies.ts";
import { whatGoes } from "../session/what-goes.ts";
import { isGone } from "./is-gone.ts";
import { namedSessions } from "./named-sessions.ts";
import type { PlainCommand } from "./plain-command.ts";
import type { PlainContext } from "./plain-context.ts";
import { plainTitle } from "./plain-title.ts";

type Answer = "delete" | "delete-with-backups" | "keep";

async function askWhether(
  program: PlainContext,
  going: readonly SessionDetails[],
  copies: readonly DatabaseCopy[],
): Promise<Answer> {
  const { app, output } = program;
  for (const { session, hash } of going) {
    output.lines(`${plainTitle(session.title)}. ${hash.slice(0, 7)}. ${whatGoes(app.deletion.facts(session.id))}`);
  }
  const backups = copiesText(copies, { isRemoving: false, how: "the answer b" });
  if (backups !== "") output.text(backups);
  const letters = `y: yes, ${copies.length === 0 ? "" : "b: yes and the backups too, "}anything else: no`;
  const said = await program.ask(`Delete ${plural(going.length, "session")}? It can't be undone. ${letters}:`);
  if (/^y(?:es)?$/iu.test(said ?? "")) return "delete";
  return copies.length > 0 && said?.toLowerCase() === "b" ? "delete-with-backups" : "keep";
}

/** What is open is never a session that is gone. */
async function openAnother(program: PlainContext): Promise<void> {
  const [next] = program.app.listSessions({ limit: 1 });
  await program.open(next === undefined ? (await program.app.openStartSession()).id : next.session.id);
}

/** Each that can be deleted, whatever becomes of the others. Returns why the first of those that stay does; null: none does. */
async function deleteAll({ app, output }: PlainContext, going: readonly SessionDetails[]): Promise<AppError | null> {
  let failure: AppError | null = null;
  for (const { session } of going) {
    try {
      await app.deleteSession(session.id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // It went with one that it was below, or another program was faster.
      if (error.code !== "session-not-found") {
        output.lines(`Not deleted: ${plainTitle(session.title)}.`);
        failure ??= error;
        continue;
      }
    }
    output.lines(`Deleted: ${plainTitle(session.title)}.`);
  }
  return failure;
}

async function deleteSessions(program: PlainContext, argument: string): Promise<undefined> {
  const { app, output } = program;
  const going = namedSessions(program, argument).map((id) => app.showSession(id));
  const ids: readonly SessionId[] = going.map(({ session }) => session.id);
  const copies = app.backups.holding(ids);
  const answer = await askWhether(program, going, copies);
  if (answer === "keep") {
    output.lines("Nothing was deleted.");
    return undefined;
  }
  const failure = await deleteAll(program, going);
  const io = {
    writeError: (text: string) => {
      output.text(text);
    },
  };
  await waitForLog(app, io);
  // Where something stayed, the backups that hold it do too.
  const isWhole = failure === null;
  const isRemoving = isWhole && answer === "delete-with-backups";
  try {
    const removed = await endCopies(app, io, { ids, copies, isRemoving, isKnown: isWhole });
    if (removed.length > 0) output.lines(`${plural(removed.length, "backup")} removed.`);
  } finally {
    if (isGone(app, program.sessionId) || (isWhole && ids.includes(program.sessionId))) await openAnother(program);
  }
  if (failure !== null) throw failure;
  return undefined;
}

export const deleteCommand: PlainCommand = {
  word: "delete",
  argument: "[numbers or ids]",
  summary: "delete this session, or others; says what goes and asks first",
  run: deleteSessions,
};
