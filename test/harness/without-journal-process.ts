/**
 * A program of its own for tests: `without-journal-process.ts <arguments of crush…>` is the program with its journals
 * switched off, to show what they are for.
 */
import type { App } from "../../src/app/app.ts";
import { createApp } from "../../src/app/create-app.ts";
import type { OpenAppOptions } from "../../src/cli/command.ts";
import { processIo } from "../../src/cli/io.ts";
import { runCommand } from "../../src/cli/run-command.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { judgePermission } from "../../src/permissions/judge.ts";
import { createProvider } from "../../src/providers/all.ts";
import type { Journals, JournalWriter } from "../../src/store/journal.ts";
import { createToolSet } from "../../src/tools/all.ts";
import { displayCall } from "../../src/tools/all-displays.ts";

const noWriter: JournalWriter = { append: () => true, close: () => undefined, remove: () => undefined };
const noJournals: Journals = {
  create: () => noWriter,
  read: () => null,
  readFrom: () => null,
  remove: () => undefined,
  list: () => [],
};

async function openApp({ flags, permission }: OpenAppOptions): Promise<App> {
  const config = loadConfig(flags, { keyVariables: [] });
  return createApp({
    config,
    clock: systemClock,
    catalogue: { providers: () => [], find: () => undefined },
    createProvider,
    loadTools: () => Promise.resolve(createToolSet(config.toolLimits)),
    loadJudge: () => Promise.resolve(judgePermission),
    headless: permission ?? null,
    journals: noJournals,
  });
}

process.exit(
  await runCommand(process.argv.slice(2), {
    io: processIo(),
    version: "0",
    calledAs: "crush",
    nowMs: () => systemClock.nowMs(),
    keyVariables: () => Promise.resolve([]),
    listProviders: () => Promise.resolve([]),
    openApp,
    displayCall: () => Promise.resolve(displayCall),
    configJudges: () =>
      Promise.resolve({ keys: () => [], model: () => null, isPriceMissing: () => false, toolNames: () => [] }),
    runTerminal: () => Promise.resolve(1),
  }),
);
