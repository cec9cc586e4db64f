import { join } from "node:path";
import type { TurnPorts } from "../agent/ports.ts";
import type { Config } from "../config/config.ts";
import { recordProject } from "../config/projects.ts";
import type { Clock } from "../lib/clock.ts";
import { loadShortId } from "../lib/load-short-id.ts";
import type { Log } from "../lib/log.ts";
import type { JudgePermission } from "../permissions/policy.ts";
import type { ModelCatalogue, ProviderFactory } from "../providers/provider.ts";
import { asSessionId } from "../schema/ids.ts";
import { promptTokens } from "../schema/usage.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { JournalDirectory } from "../store/journal.ts";
import type { Journals } from "../store/journal.ts";
import { SessionRemover } from "../store/session-remover.ts";
import { SearchThread } from "../store/search/search-thread.ts";
import { Store } from "../store/store.ts";
import type { StoreOptions } from "../store/store.ts";
import type { ToolSet } from "../tools/tool.ts";
import { allRemains } from "./all-remains.ts";
import type { App, HeadlessPermission } from "./app.ts";
import { backupUseCases } from "./backup-use-cases.ts";
import { budgetedProviders } from "./budgeted-providers.ts";
import { Budgets } from "./budgets.ts";
import type { Context } from "./context.ts";
import { finishDeletions } from "./delete-session.ts";
import { deletionUseCases } from "./deletion-use-cases.ts";
import { EventHub } from "./event-hub.ts";
import { dropVoidQuestions } from "./left-questions.ts";
import { loadTurnEngine } from "./load-turn-engine.ts";
import { createLogFile } from "./log-file.ts";
import { maskedProviders } from "./mask-content.ts";
import { noteMissingLog } from "./missing-log.ts";
import { ModelDirectory } from "./model-directory.ts";
import { Patience } from "./patience.ts";
import { otherProcesses } from "./other-processes.ts";
import { questionUseCases } from "./question-use-cases.ts";
import { PromptSource } from "./prompt-source.ts";
import { SessionFinder } from "./search-sessions.ts";
import { KeptScreenChoices } from "./screen-choices.ts";
import type { SessionDirectoryPorts } from "./session-directory.ts";
import { gatedProviders, RequestGate } from "./request-gate.ts";
import { sessionUseCases } from "./session-use-cases.ts";
import { settingUseCases } from "./setting-use-cases.ts";
import { startMadeSession } from "./start-made-session.ts";
import { tellJobs } from "./tell-jobs.ts";
import { TurnClaims } from "./turn-claims.ts";
import { turnGuards } from "./turn-guards.ts";
import type { TurnGuards } from "./turn-guards.ts";
import { turnUseCases } from "./turn-use-cases.ts";
import { UnsavedSessions } from "./unsaved-sessions.ts";
import { UnseenEnds } from "./unseen-ends.ts";
import { Work } from "./work.ts";
import { yoloUseCases } from "./yolo.ts";

export interface AppDependencies {
  readonly config: Config;
  readonly clock: Clock;
  readonly catalogue: ModelCatalogue;
  readonly createProvider: ProviderFactory;
  /** Called at the first turn. */
  readonly loadTools: () => Promise<ToolSet>;
  /** Called when the first tool call asks. */
  readonly loadJudge: () => Promise<JudgePermission>;
  /** How questions are answered where nobody is there to ask; null: a person is. */
  readonly headless: HeadlessPermission | null;
  /** Told of the program that holds the database alone, while opening waits for it. */
  readonly onLocked?: (holder: string) => void;
  /** Absent: files in the data directory. Tests show by other ones what journals are for. */
  readonly journals?: Journals;
  /** Absent: the store's own. Tests end the process inside transactions, and let waiting and syncing fail. */
  readonly storeOptions?: Omit<StoreOptions, "clock" | "log">;
  /** Absent: the real ones. Tests show by others what they are for. */
  readonly guards?: Partial<TurnGuards>;
}

interface OpenedStore extends Pick<Context, "shortId"> {
  readonly store: Store;
  readonly missingLog: string | null;
}

/** Opens the project's database and binds the use cases to it. Rejects with AppError, as Store.open does. */
export async function createApp(dependencies: AppDependencies): Promise<App> {
  const { config, clock, loadJudge, headless } = dependencies;
  const log = createLogFile({ dataDirectory: config.dataDirectory, clock, isDebug: config.options.debug });
  const { store, shortId, missingLog } = await openStore(dependencies, log);
  const { context, budgets } = createContext(dependencies, { store, log, shortId });
  const claims = new TurnClaims(context, { writeRefusal: store.writeRefusal });
  const yolo = yoloUseCases(config, () => work.readyEngine());
  const prompts = new PromptSource(context);
  const emit: TurnPorts["emit"] = (event) => {
    context.events.emit(event);
  };
  const patience = new Patience({ clock, emit, isPatient: headless === null });
  const work = new Work({ clock, prompts, claims, patience }, async () => {
    const toolSet = await dependencies.loadTools();
    tellJobs(context, toolSet.jobs);
    const others = otherSessions(context, work, { ...sessions, ...turns, search });
    return loadTurnEngine(context, { toolSet, loadJudge, prompts, patience, isYolo: yolo.isYolo, headless, others });
  });
  const processes = otherProcesses(context, work, { store, isHeadless: headless !== null });
  const search = new SessionFinder(context);
  const sessions = sessionUseCases(context, work, processes);
  const turns = { ...turnUseCases(context, work, processes), ...questionUseCases(context, work) };
  followStore(store, context);
  const endedJobs = await claims.settleLeft();
  const isInOrder = putInOrder(context, { store, work });
  const screen = new KeptScreenChoices(config.globalDataDirectory);
  return {
    config,
    startWarnings: [missingLog, endedJobs].filter((warning) => warning !== null),
    backups: backupUseCases(context),
    search,
    deletion: deletionUseCases(context),
    queue: processes.queue,
    budgets,
    watch: (listener) => {
      processes.foreign.start();
      return context.events.watch(listener);
    },
    ...sessions,
    ...turns,
    ...settingUseCases(context, work),
    ...yolo,
    screen,
    completePath: async (query, limit) =>
      (await work.engine()).toolSet.completePath(config.projectRoot, { query, limit }),
    close: async () => {
      processes[Symbol.dispose]();
      patience[Symbol.dispose]();
      await endWork(work);
      await Promise.all([isInOrder, screen.settled(), claims.leftJobsEnded()]);
      await context.remover.stop();
      await search.close();
      claims[Symbol.dispose]();
      await store.close();
      await isInOrder;
      await closeStore(context, { claims, store });
    },
  };
}

async function openStore(dependencies: AppDependencies, log: Log): Promise<OpenedStore> {
  const { config, clock, storeOptions, onLocked } = dependencies;
  const missingLog = noteMissingLog(config, clock.nowMs());
  const [store, shortId] = await Promise.all([
    Store.open(databasePath(config), { ...storeOptions, ...(onLocked !== undefined && { onLocked }), clock, log }),
    loadShortId(),
  ]);
  return { store, shortId, missingLog };
}

async function closeStore(
  { remover }: Context,
  { claims, store }: { readonly claims: TurnClaims; readonly store: Store },
): Promise<void> {
  await remover.stop();
  claims[Symbol.dispose]();
  await store.close();
}

/** What each start does besides. Nobody waits for it before the end, nor fails because of it. */
async function putInOrder(
  context: Context,
  { store, work }: { readonly store: Store; readonly work: Work },
): Promise<void> {
  const { config, clock, log } = context;
  const isSwept = store.isReadOnly ? null : finishDeletions(context, work);
  await recordProject(config, clock.nowMs()).catch(() => {
    log.write("warn", "the list of projects could not be written");
  });
  await isSwept;
  if (store.isReadOnly) return;
  await dropVoidQuestions(context).catch(() => {
    log.write("warn", "void questions could not be taken away");
  });
}

/** What tools may do with the project's other sessions. */
function otherSessions(
  context: Context,
  work: Work,
  { listSessions, sendPrompt, search }: Pick<App, "listSessions" | "sendPrompt" | "search">,
): SessionDirectoryPorts {
  return {
    list: (limit) => listSessions({ limit }),
    search,
    start: (sessionId, prompt) => {
      work.started.add(startMadeSession(context, { sessionId, prompt }, sendPrompt));
    },
  };
}

function databasePath({ dataDirectory }: Config): string {
  return join(dataDirectory, "crush.db");
}

function createContext(
  dependencies: AppDependencies,
  { store, log, shortId }: Pick<Context, "store" | "log" | "shortId">,
): { readonly context: Context; readonly budgets: Budgets } {
  const { config, clock, headless } = dependencies;
  const events = new EventHub();
  const models = new ModelDirectory(config, dependencies.catalogue);
  const budgets = new Budgets({ config, store, clock, events, models });
  const secrets = (): readonly string[] => models.secrets();
  const search = SearchThread.ofDirectory(config.dataDirectory, log);
  const masked = maskedProviders(dependencies.createProvider, secrets);
  const context = {
    config,
    store,
    journals: dependencies.journals ?? new JournalDirectory(config.dataDirectory, log),
    remains: allRemains(config, search),
    search,
    guards: { ...turnGuards, ...dependencies.guards },
    remover: new SessionRemover({ store, path: databasePath(config), clock, log }),
    log,
    clock,
    events,
    models,
    // What waits for its turn is checked when it is sent: what the others before it took is known then.
    createProvider: gatedProviders(budgetedProviders(masked, budgets), new RequestGate(config)),
    shortId,
    unsaved: new UnsavedSessions(config, clock),
    ends: new UnseenEnds({ store, events, log, isHeadless: headless !== null }),
    secrets,
  };
  return { context, budgets };
}

async function endWork(work: Work): Promise<void> {
  // Titles at once: a turn that ends would leave its place to one that waits for it.
  await Promise.all([work.titles.stop(), work.turns.cancelAll(), work.commands.endAll()]);
  await work.readyEngine()?.toolSet.jobs.endAll();
}

/** What is committed reaches the log and the watchers. */
function followStore(store: Store, context: Context): void {
  const { events, unsaved, log, shortId } = context;
  store.subscribe((event) => {
    if (event.type === "usage-recorded") logRequest(context, event.record);
    if (event.type === "session-created") {
      log.write("info", "session created", { session: shortId(event.sessionId) });
      unsaved.saved(event.sessionId);
    }
    events.emit(event);
  });
}

function logRequest({ log, shortId }: Pick<Context, "log" | "shortId">, record: UsageRecord): void {
  const { usage } = record;
  log.write(record.outcome === "ok" || record.outcome === "canceled" ? "info" : "warn", "request", {
    session: shortId(asSessionId(record.sessionId)),
    purpose: record.purpose,
    provider: record.provider,
    model: record.model,
    outcome: record.outcome,
    promptTokens: promptTokens(usage),
    outputTokens: usage.outputTokens,
    costUsd: record.costUsd,
    durationMs: record.durationMs,
  });
}
