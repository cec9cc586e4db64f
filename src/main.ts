/** Composition root: the only file that may import every layer. */
import { readFileSync } from "node:fs";
import type { App } from "./app/app.ts";
import type { CliDependencies, OpenAppOptions, TerminalOptions } from "./cli/command.ts";
import { processIo } from "./cli/io.ts";
import { runPlain } from "./cli/load-plain.ts";
import { openWithRecovery, type OpenTold } from "./cli/open-with-recovery.ts";
import { runCommand } from "./cli/run-command.ts";
import { calledAs } from "./config/called-as.ts";
import type { Config } from "./config/config.ts";
import { systemClock } from "./lib/clock.ts";
import { programFile } from "./lib/program-root.ts";
import type { ModelCatalogue } from "./providers/provider.ts";

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

async function openApp({ flags, permission, damage }: OpenAppOptions): Promise<App> {
  const [{ loadConfig }, { createApp }, { createProvider }, catalogue] = await Promise.all([
    import("./config/load-config.ts"),
    import("./app/create-app.ts"),
    import("./providers/all.ts"),
    loadCatalogue(),
  ]);
  const config = loadConfig(flags, { keyVariables: keyVariablesOf(catalogue) });
  const isInteractive = permission === undefined && io.isInputTerminal && io.isOutputTerminal;
  const recovery = { config, io, isInteractive, calledAs: calledAs(), nowMs: () => systemClock.nowMs() };
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
  return openWithRecovery(recovery, open, damage);
}

async function listProviders(config: Config): ReturnType<CliDependencies["listProviders"]> {
  const [{ ModelDirectory }, catalogue] = await Promise.all([import("./app/model-directory.ts"), loadCatalogue()]);
  return new ModelDirectory(config, catalogue).list();
}

async function runTerminal(options: TerminalOptions): Promise<number> {
  const { flags, session, continueLast } = options;
  const [app, { runTerminal: run }, { displayCall }, { keepBackups }] = await Promise.all([
    openApp({ flags }),
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
    const wanted = session === undefined ? (continueLast ? app.lastSession() : null) : app.findSession(session);
    const shown = wanted ?? (await app.openStartSession());
    const { stdin: input, stdout: output } = process;
    return await run(app, { displayCall, initialSessionId: shown.id, input, output });
  } finally {
    stopBackups();
    await app.close();
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
