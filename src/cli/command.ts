import type { App, HeadlessPermission } from "../app/app.ts";
import type { ConfigJudges } from "../config/check-config.ts";
import type { Config, ConfigFlags } from "../config/config.ts";
import type { LoadOptions } from "../config/load-config.ts";
import type { AppError } from "../lib/app-error.ts";
import type { DisplayCall } from "../schema/display-block.ts";
import type { ProviderSettings } from "../schema/model.ts";
import type { CliIo } from "./io.ts";

/** A flag of a command. With `value` it takes one; the text names it in the help. */
export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  readonly value?: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  readonly summary: string;
}

export interface Example {
  readonly comment: string;
  /** Without the program's name. */
  readonly words: string;
  /** What goes before the program's name, such as `git diff |`. */
  readonly before?: string;
}

/** The flags of one call, by their long names. */
export interface ParsedOptions {
  has(name: string): boolean;
  text(name: string): string | undefined;
}

export interface OpenAppOptions {
  /** What was found when the database was open before: mending it is offered first. */
  readonly damage?: AppError;
  readonly flags: ConfigFlags;
  /** Set where nobody can be asked. */
  readonly permission?: HeadlessPermission;
}

export interface TerminalOptions {
  readonly flags: ConfigFlags;
  /** UUID, hash or prefix of `-s`. */
  readonly session?: string;
  readonly continueLast: boolean;
}

/**
 * What commands need, made when it is needed: help, version, logs and directories open no database and load no
 * catalogue. All functions may throw AppError.
 */
export interface CliDependencies {
  readonly io: CliIo;
  readonly version: string;
  /** `crush` or `crush-ts`. */
  readonly calledAs: string;
  readonly nowMs: () => number;
  /** For tests: another environment than the process's own. */
  readonly configSource?: Pick<LoadOptions, "environment" | "systemDirectory">;
  /** Names of the environment variables that hold providers' keys. */
  readonly keyVariables: () => Promise<readonly string[]>;
  /** Catalogue and config merged, as App.listProviders, without a database. */
  readonly listProviders: (config: Config) => Promise<readonly ProviderSettings[]>;
  readonly openApp: (options: OpenAppOptions) => Promise<App>;
  readonly displayCall: () => Promise<DisplayCall>;
  /** For `config check`. */
  readonly configJudges: () => Promise<ConfigJudges>;
  /**
   * The full-screen program. Standard input and output are terminals when it is called. Resolves to the exit code, or to
   * what the person wants to see next: another project.
   */
  readonly runTerminal: (options: TerminalOptions) => Promise<number | TerminalOptions>;
}

export interface CommandContext {
  /** What follows the command's name and is no flag. */
  readonly words: readonly string[];
  readonly options: ParsedOptions;
  readonly flags: ConfigFlags;
  readonly dependencies: CliDependencies;
}

export interface Command {
  /** What follows the name, such as `<id>`. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  /** How many words it takes. */
  readonly words: { readonly min: number; readonly max: number };
  /** Resolves to the exit code. Throws AppError for what a person can act on. */
  readonly run: (context: CommandContext) => Promise<number>;
}

/** A name in the tree of commands: a command, or a group of them. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly load?: () => Promise<Command>;
  readonly members?: readonly CommandEntry[];
  /** Of a group; a command has its own. */
  readonly examples?: readonly Example[];
}

/** Flags that each command takes. */
export const globalOptions: readonly OptionSpec[] = [
  { name: "cwd", short: "c", value: "dir", summary: "work in this directory" },
  { name: "data-dir", short: "D", value: "dir", summary: "keep sessions here instead of in .crush" },
  { name: "debug", short: "d", summary: "write more into the log" },
  { name: "help", short: "h", summary: "show this help" },
];

/** Flags of the program itself, without a command. */
export const rootOptions: readonly OptionSpec[] = [
  { name: "session", short: "s", value: "id", summary: "open this session (UUID, hash, or the start of one)" },
  { name: "continue", short: "C", summary: "open the session used last" },
  { name: "yolo", short: "y", summary: "let tools run without asking (dangerous)" },
  { name: "plain", summary: "line by line, for screen readers and simple terminals" },
  { name: "version", short: "v", summary: "print the version" },
];
