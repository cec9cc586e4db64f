import { AppError } from "../lib/app-error.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { SessionId } from "../schema/ids.ts";
import type { App, LiveTurn } from "./app.ts";
import { compactSession, nothingToCompact } from "./compact-session.ts";
import type { Context } from "./context.ts";
import type { OtherProcesses } from "./other-processes.ts";
import { giveUpQuestions, leftTurn } from "./left-questions.ts";
import { runAsTurn } from "./run-as-turn.ts";
import { runPrompt } from "./run-prompt.ts";
import { runShellCommand } from "./run-shell-command.ts";
import { titleSession } from "./title-session.ts";
import { requireFinishedStep } from "./unfinished-step.ts";
import type { RunningTurn } from "./turn-registry.ts";
import type { Work } from "./work.ts";

type TurnUseCases = Pick<
  App,
  | "sendPrompt"
  | "cancelTurn"
  | "liveTurn"
  | "liveCommands"
  | "runningSessions"
  | "countStartedTurns"
  | "finishStartedTurns"
  | "compactSession"
  | "runShellCommand"
  | "finishTitles"
>;

export function turnUseCases(
  context: Context,
  work: Work,
  { foreign, owners }: Pick<OtherProcesses, "foreign" | "owners">,
): TurnUseCases {
  return {
    sendPrompt: async (sessionId, prompt, onStored) => runPrompt(context, work, { sessionId, prompt, onStored }),
    compactSession: async (sessionId) => {
      if (context.unsaved.get(sessionId) !== undefined) throw nothingToCompact();
      const { outcome, model: answered } = await runAsTurn(
        { context, work, sessionId, phase: "compacting" },
        {
          begin: () => (tx) => {
            requireFinishedStep(tx, sessionId);
          },
          run: ({ signal, model, fenced }) => compactSession(fenced, { sessionId, model, signal }),
        },
      );
      if (outcome.reason === "end_turn") {
        const titled = { sessionId, model: answered, occasion: "compaction" } as const;
        work.titles.add(sessionId, async (signal) => titleSession(context, work.turns, { ...titled, signal }));
      }
      return outcome;
    },
    cancelTurn: async (sessionId) => {
      if (work.turns.get(sessionId) !== undefined) await work.turns.cancel(sessionId);
      else {
        await owners.cancel(sessionId);
        await giveUpQuestions(context, sessionId);
      }
    },
    liveTurn: (sessionId) => {
      const turn = work.turns.get(sessionId);
      if (turn === undefined) return foreign.liveTurn(sessionId) ?? leftTurn(context, sessionId);
      return ownLiveTurn(work, sessionId, turn);
    },
    liveCommands: (sessionId) => [...work.commands.live(sessionId), ...foreign.liveCommands(sessionId)],
    runningSessions: () => work.turns.running(),
    countStartedTurns: () => work.started.count,
    finishStartedTurns: () => work.started.finish(),
    runShellCommand: async (sessionId, command, signal) => {
      if (command.trim() === "") throw new AppError("usage", "there is no command after the “!”");
      work.claims.requireFree(sessionId);
      const onChange = (): void => {
        const running = work.commands.live(sessionId)[0]?.command ?? null;
        context.events.emit({ type: "command-changed", sessionId, command: running, isElsewhere: false });
      };
      const masked = maskSecrets(command, context.secrets());
      const ran = work.commands.run({ sessionId, command: masked, signal, onChange }, async (run) =>
        runShellCommand(context, { ...run, sessionId, command, ownerId: work.claims.ownerIdWherePossible() }),
      );
      return ran.finally(() => {
        work.tellEnded(sessionId, "stop");
      });
    },
    finishTitles: async () => work.titles.finish(),
  };
}

function ownLiveTurn(work: Work, sessionId: SessionId, { runner, startedAtMs }: RunningTurn): LiveTurn {
  return {
    sessionId,
    startedAtMs,
    message: runner?.streamingMessage() ?? null,
    ...(runner === null ? {} : { outputs: runner.outputs() }),
    pendingPermissions: work.readyEngine()?.desk.pending(sessionId) ?? [],
    retry: runner?.retryState() ?? null,
    unstored: work.patience.reasonOf(sessionId),
  };
}
