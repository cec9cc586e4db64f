/** Composition root: the only file that may import every layer. */
import { readFileSync } from "node:fs";
import type { App } from "./app/app.ts";
import type { CliDependencies, OpenAppOptions, TerminalOptions } from "./cli/command.ts";
import { processIo } from "./cli/io.ts";
import { runPlain } from "./cli/load-plain.ts";
import { Handover } from "./cli/handover.ts";
import { openWithRecovery, type OpenTold } from "./cli/open-with-recovery.ts";
import { runCommand } from "./cli/run-command.ts";
import { calledAs } from "./config/called-as.ts";
import { startDirectory } from "./config/start-directory.ts";
import type { Config, ConfigFlags } from "./config/config.ts";
import { systemClock } from "./lib/clock.ts";
import { programFile } from "./lib/program-root.ts";
import type { ModelCatalogue } from "./providers/provider.ts";
import type { SessionId } from "./schema/ids.ts";
import type { OpenedProject, ProjectTarget } from "./tui/project-target.ts";
import type { HandedOn } from "./tui/run-terminal.ts";

const io = processIo();

function version(): string {
  const manifest = JSON.parse(readFileSync(programFile("package.json"), "utf8")) as { version: string };
  return manifest.version;
}

async function loadCatalogue(): Promise<ModelCatalogue> {
  const { openCatalogue } = await import("./providers/catalogue.ts");
  return openCatalogue();
}

function keyVariablesOf(catalogue: ModelCatalogue): readonly string[] {
  return catalogue.providers().flatMap((provider) => provider.keyVariable ?? []);
}

interface Prepared {
  readonly config: Config;
  readonly open: OpenTold;
}

async function prepare({ flags, permission }: Pick<OpenAppOptions, "flags" | "permission">): Promise<Prepared> {
  const [{ loadConfig }, { createApp }, { createProvider }, catalogue] = await Promise.all([
    import("./config/load-config.ts"),
    import("./app/create-app.ts"),
    import("./providers/all.ts"),
    loadCatalogue(),
  ]);
  const config = loadConfig(flags, { keyVariables: keyVariablesOf(catalogue) });
  const open: OpenTold = async (onLocked) =>
    createApp({
      config,
      onLocked,
      clock: systemClock,
      catalogue,
      createProvider,
      loadTools: async () => (await import("./tools/all.ts")).createToolSet(config.toolLimits),
      loadJudge: async () => (await import("./permissions/judge.ts")).judgePermission,
      headless: permission ?? null,
    });
  return { config, open };
}

async function openApp({ flags, permission, damage }: OpenAppOptions): Promise<App> {
  const { config, open } = await prepare({ flags, ...(permission !== undefined && { permission }) });
  const isInteractive = permission === undefined && io.isInputTerminal && io.isOutputTerminal;
  const recovery = { config, io, isInteractive, calledAs: calledAs(), nowMs: () => systemClock.nowMs() };
  return openWithRecovery(recovery, open, damage);
}

async function listProviders(config: Config): ReturnType<CliDependencies["listProviders"]> {
  const [{ ModelDirectory }, catalogue] = await Promise.all([import("./app/model-directory.ts"), loadCatalogue()]);
  return new ModelDirectory(config, catalogue).list();
}

const handover = new Handover<HandedOn>();
const flagsOf = new WeakMap<App, ConfigFlags>();

/** Another project, for the window of the one that is shown. What was allowed by a flag there is not allowed here. */
async function openProject(
  shown: ConfigFlags,
  target: ProjectTarget,
  onLocked: (holder: string) => void,
): Promise<OpenedProject> {
  const near: ConfigFlags = { cwd: target.path, ...(shown.debug !== undefined && { debug: shown.debug }) };
  const found = await prepare({ flags: near });
  const isThere = found.config.dataDirectory === target.dataDirectory;
  const flags = isThere ? near : { ...near, dataDirectory: target.dataDirectory };
  const { open } = isThere ? found : await prepare({ flags });
  const app = await open(onLocked);
  try {
    const session = target.sessionId === null ? await app.openStartSession() : app.findSession(target.sessionId);
    flagsOf.set(app, flags);
    return { app, sessionId: session.id, at: target.at };
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function startSession(app: App, { session, continueLast }: TerminalOptions): Promise<SessionId> {
  const wanted = session === undefined ? (continueLast ? app.lastSession() : null) : app.findSession(session);
  return (wanted ?? (await app.openStartSession())).id;
}

async function runTerminal(options: TerminalOptions): Promise<number | TerminalOptions> {
  const { flags } = options;
  const taken = handover.take();
  const [app, { runTerminal: run }, { displayCall }, { keepBackups }] = await Promise.all([
    taken?.app ?? openApp({ flags }),
    import("./tui/run-terminal.ts"),
    import("./tools/all-displays.ts"),
    import("./app/daily-timer.ts"),
  ]);
  if (app.config.surroundings.term === "dumb") {
    await app.close();
    return runPlain(options, dependencies);
  }
  const stopBackups = keepBackups(app, systemClock);
  try {
    const end = await run(app, {
      displayCall,
      initialSessionId: taken?.sessionId ?? (await startSession(app, options)),
      at: taken?.at ?? null,
      input: process.stdin,
      output: process.stdout,
      startedIn: startDirectory(),
      openProject: async (target, onLocked) => openProject(flags, target, onLocked),
      ...(taken !== null && { terminal: taken.terminal }),
    });
    if ("exitCode" in end) return end.exitCode;
    handover.put(end.next);
    return { flags: flagsOf.get(end.next.app) ?? {}, session: end.next.sessionId, continueLast: false };
  } finally {
    stopBackups();
    await handover.closeLeft(app);
  }
}

/** A bug of ours: the person gets their terminal back and a report that names it. */
async function reportCrash(error: unknown): Promise<never> {
  const { writeCrashReport } = await import("./cli/crash-report.ts");
  const { restoreOpenTerminals } = await import("./term/terminal.ts");
  restoreOpenTerminals();
  process.exit(writeCrashReport(error, { version: version(), nowMs: systemClock.nowMs() }));
}

process.on("uncaughtException", reportCrash);
process.on("unhandledRejection", reportCrash);

const dependencies: CliDependencies = {
  io,
  version: version(),
  calledAs: calledAs(),
  nowMs: () => systemClock.nowMs(),
  keyVariables: async () => keyVariablesOf(await loadCatalogue()),
  listProviders,
  openApp,
  displayCall: async () => (await import("./tools/all-displays.ts")).displayCall,
  configJudges: async () => {
    const [{ resolveKeys }, { ModelDirectory }, { createToolSet }, catalogue] = await Promise.all([
      import("./tui/commands/key-table.ts"),
      import("./app/model-directory.ts"),
      import("./tools/all.ts"),
      loadCatalogue(),
    ]);
    return {
      keys: (keys) => resolveKeys(keys).problems,
      model: (config, choice) => new ModelDirectory(config, catalogue).whyUnusable(choice),
      isPriceMissing: (config, choice) => new ModelDirectory(config, catalogue).isPriceMissing(choice),
      toolNames: (config) => createToolSet(config.toolLimits).tools.map(({ name }) => name),
    };
  },
  runTerminal,
};

const exitCode = await runCommand(process.argv.slice(2), dependencies).catch(reportCrash);
process.exit(exitCode);
