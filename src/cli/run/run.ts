import { type App, type HeadlessPermission, isModelProblem, type ResolvedModel } from "../../app/app.ts";
import { branchChangeText } from "../../app/branch-change-text.ts";
import { AppError } from "../../lib/app-error.ts";
import { systemClock } from "../../lib/clock.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import type { Session } from "../../schema/session.ts";
import { budgetNotice } from "../budget-notice.ts";
import type { CliDependencies, Command, CommandContext, ParsedOptions } from "../command.ts";
import { exitCodeOfTurn } from "../exit.ts";
import type { CliIo } from "../io.ts";
import { printError } from "../print-error.ts";
import { type Activity, noActivity, retryLog, spinner, verboseLog } from "./activity.ts";
import { chooseModel } from "./choose-model.ts";
import { jsonOutput, streamJsonOutput } from "./json-output.ts";
import { readPrompt } from "./read-prompt.ts";
import { Interruption } from "./interruption.ts";
import { RunBackup } from "./run-backup.ts";
import { RunLedger } from "./run-ledger.ts";
import type { RunOutput } from "./run-output.ts";
import { textOutput } from "./text-output.ts";

/** The answer is there: a title is not worth more of the person's time. */
const titleMsMax = 20_000;

const permissions: readonly HeadlessPermission[] = ["allow", "deny", "ask-config"];

function outputFor(io: CliIo, format: string | undefined): RunOutput {
  if (format === "json") return jsonOutput(io);
  return format === "stream-json" ? streamJsonOutput(io) : textOutput(io);
}

function activityFor(context: CommandContext): Activity {
  const { options, dependencies } = context;
  const { io } = dependencies;
  if (options.has("verbose")) return verboseLog(io, systemClock);
  if (options.has("quiet")) return noActivity;
  return io.isErrorTerminal ? spinner(io, systemClock) : retryLog(io, systemClock);
}

async function findSession(app: App, options: ParsedOptions): Promise<Session> {
  const id = options.text("session");
  if (id !== undefined) return app.findSession(id);
  return options.has("continue") ? app.lastSession() : app.createSession();
}

/** Sets the models of `-m` and `--small-model`, and says what the session runs on. Throws AppError where it cannot. */
async function setModels(app: App, session: Session, options: ParsedOptions): Promise<ResolvedModel> {
  const large = options.text("model");
  const small = options.text("small-model");
  if (small !== undefined) app.overrideModel("small", chooseModel(small, app.listProviders()));
  if (large !== undefined) await app.chooseModel(session.id, chooseModel(large, app.listProviders()));
  const model = app.sessionModel(session.id);
  if (!isModelProblem(model)) return model;
  throw new AppError(model.code, model.message, { hint: model.hint });
}

/** What of the config does not count, told once. */
function printIgnored(app: App, dependencies: CliDependencies): void {
  const { untrusted, problems } = app.config;
  for (const { file, key, reason } of problems) {
    printError(dependencies, { label: "warning", message: `${file}: ${key === "" ? "" : `${key}: `}${reason}` });
  }
  if (untrusted.length === 0) return;
  const keys = untrusted.map(({ file, key }) => (key === "" ? file : key)).join(", ");
  printError(dependencies, {
    label: "ignored",
    message: `until this project's config is trusted: ${keys}`,
    hint: "look at it with `crush config trust`, or give --trust for this run",
  });
}

function printWaiting(who: string, dependencies: CliDependencies): void {
  printError(dependencies, {
    label: "waiting",
    message: `the session is at work: ${who} has it; the prompt is in its queue`,
    hint: "ctrl+c takes it back; with --no-wait it would have failed",
  });
}

function printSilent(who: string, dependencies: CliDependencies): void {
  printError(dependencies, {
    label: "waiting",
    message: `${who} does not answer: it may be stopped or suspended`,
    hint: "let it go on or end it; with --take-over the session would have been taken from it",
  });
}

function printBranchChange(app: App, { id }: Session, dependencies: CliDependencies): void {
  const change = app.showSession(id).branchChange;
  if (change === null) return;
  printError(dependencies, { label: "note", message: branchChangeText(change) });
}

/** Over the spinner's line, which the next event draws again. */
function printBudgetNotice(event: SessionEvent, activity: Activity, dependencies: CliDependencies): void {
  const notice = budgetNotice(event);
  if (notice === null) return;
  activity.stop();
  printError(dependencies, { label: "warning", ...notice });
}

interface Turn {
  readonly app: App;
  readonly session: Session;
  readonly model: ResolvedModel;
  readonly prompt: string;
  readonly interruption: Interruption;
}

async function runTurn({ app, session, model, prompt, interruption }: Turn, context: CommandContext): Promise<number> {
  const { io, nowMs } = context.dependencies;
  const output = outputFor(io, context.options.text("format"));
  const activity = activityFor(context);
  const tellsBudgets = !context.options.has("quiet") || context.options.has("verbose");
  const changed = new Set<string>();
  const ledger = new RunLedger();
  const startedAtMs = nowMs();
  const start = { session, hash: app.showSession(session.id).hash, model: model.choice };
  // While the prompt waits, what is told of the session is another prompt's.
  let isWaiting = false;
  const stopWatching = app.watch((event: SessionEvent) => {
    if (event.sessionId !== session.id || isWaiting) return;
    if (event.type === "file-changed") changed.add(event.path);
    if (event.type === "usage-recorded") ledger.add(event.record);
    if (tellsBudgets) printBudgetNotice(event, activity, context.dependencies);
    activity.event(event);
    output.event(event);
  });
  try {
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    interruption.watch(session);
    output.start(start);
    const outcome = await app.queue.send(
      session.id,
      { text: prompt, attachments: [], goesOnAnyway: context.options.has("anyway") },
      {
        signal: interruption.signal,
        mayWait: !context.options.has("no-wait"),
        mayTakeOver: context.options.has("take-over"),
        onSilent: (who) => {
          printSilent(who, context.dependencies);
        },
        onWait: (who) => {
          isWaiting = true;
          if (!context.options.has("quiet")) printWaiting(who, context.dependencies);
        },
        onBegin: () => {
          isWaiting = false;
        },
      },
    );
    activity.stop();
    if (outcome.errorMessage !== undefined) {
      printError(context.dependencies, { message: outcome.errorMessage, hint: outcome.errorHint });
    }
    await finishStarted(app, interruption, context);
    await interruption.orDone(app.finishTitles(), titleMsMax);
    const files = app.showSession(session.id).metrics.files.filter((file) => changed.has(file.path));
    const { usage, costUsd } = ledger;
    output.end({ ...start, outcome, usage, costUsd, files, durationMs: nowMs() - startedAtMs });
    return interruption.exitCode ?? exitCodeOfTurn(outcome.reason, outcome.failureKind);
  } catch (error) {
    const isEnded = error instanceof AppError && error.code === "turn-canceled";
    if (isEnded && interruption.exitCode !== undefined) return interruption.exitCode;
    throw error;
  } finally {
    activity.stop();
    stopWatching();
  }
}

/** A session that a tool made goes on only as long as this process does. */
async function finishStarted(
  app: App,
  interruption: Interruption,
  { dependencies, options }: CommandContext,
): Promise<void> {
  const count = app.countStartedTurns();
  if (count === 0) return;
  if (!options.has("quiet")) {
    const sessions = count === 1 ? "a session that it" : `${count} sessions that it`;
    dependencies.io.writeError(`waiting for ${sessions} made (ctrl+c stops the waiting and the work)\n`);
  }
  await interruption.orDone(app.finishStartedTurns());
}

function readMaxCost(text: string | undefined): number | null {
  if (text === undefined) return null;
  const amount = /^\$?(\d+(?:\.\d+)?)$/u.exec(text)?.[1];
  if (amount !== undefined) return Number(amount);
  throw new AppError("usage", `--max-cost ${text} is no amount of US$`, { hint: "for example --max-cost 0.50" });
}

async function run(context: CommandContext): Promise<number> {
  const { options, dependencies, flags } = context;
  const { io } = dependencies;
  if (options.has("session") && options.has("continue")) {
    throw new AppError("usage", "--session and --continue exclude each other", { hint: "give one of them" });
  }
  const maxCostUsd = readMaxCost(options.text("max-cost"));
  const prompt = await readPrompt(context.words, io);
  const permission = permissions.find((name) => name === options.text("permission")) ?? "allow";
  const app = await dependencies.openApp({ flags, permission });
  using interruption = new Interruption(app, io);
  const backup = new RunBackup(app.backups);
  try {
    if (maxCostUsd !== null) app.budgets.limitProcess(maxCostUsd);
    if (!options.has("quiet")) printIgnored(app, dependencies);
    const session = await findSession(app, options);
    if (!options.has("quiet")) printBranchChange(app, session, dependencies);
    try {
      const model = await setModels(app, session, options);
      return await runTurn({ app, session, model, prompt, interruption }, context);
    } finally {
      // A session that got no prompt after all is not worth keeping.
      await app.leaveSession(session.id);
    }
  } finally {
    await backup.end(interruption);
    await app.close();
  }
}

export const runPromptCommand: Command = {
  usage: "[prompt…]",
  description:
    "Runs one prompt and prints the answer. What comes through a pipe goes before the words. Tools run without asking, unless --permission says otherwise.",
  options: [
    { name: "quiet", short: "q", summary: "print the answer alone" },
    { name: "verbose", short: "v", summary: "tell each step, call and request on standard error" },
    { name: "model", short: "m", value: "model", summary: "use this model: [provider/]model" },
    { name: "small-model", value: "model", summary: "use this model for titles and summaries" },
    { name: "session", short: "s", value: "id", summary: "go on with this session (UUID, hash, or the start of one)" },
    { name: "continue", short: "C", summary: "go on with the session used last" },
    {
      name: "format",
      value: "format",
      choices: ["text", "json", "stream-json"],
      summary: "text; json: one object at the end; stream-json: an event a line",
    },
    {
      name: "permission",
      value: "answer",
      choices: permissions,
      summary: "allow; deny; ask-config: only what config allows",
    },
    { name: "no-wait", summary: "fail where the session is at work in another process, instead of waiting for it" },
    { name: "take-over", summary: "take the session from a process that has it and does not answer" },
    { name: "anyway", summary: "go on though another program's last step in the session is unfinished" },
    { name: "max-cost", value: "US$", summary: "make no request that would take this run past it" },
    { name: "trust", summary: "believe this project's own config for this run" },
    { name: "yolo", short: "y", summary: "the same as --permission allow" },
  ],
  examples: [
    { comment: "Ask something", words: 'run "What does this project do?"' },
    { comment: "Hand something in", words: 'run "Review this change"', before: "git diff |" },
    { comment: "Go on where the last run ended", words: 'run --continue "Now add a test"' },
    { comment: "For a script", words: 'run --format json "List the TODOs" | jq -r .text' },
    { comment: "Behind what the session does now", words: 'run --session 0e0fd15 "Then update the changelog"' },
    { comment: "Spend at most half a dollar", words: 'run --max-cost 0.50 "Fix the failing test"' },
    { comment: "Let it read, not change", words: 'run --permission deny "Find the bug in src/parser.ts"' },
  ],
  words: { min: 0, max: Number.POSITIVE_INFINITY },
  run,
};
