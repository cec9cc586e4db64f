/** A project folder and a home of its own for one test: nothing of this machine's user is read or written. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Folders of the program's own code, so that the launcher is found wherever the test runs. */
export const repositoryRoot = path.resolve(import.meta.dirname, "..", "..");
export const launcher = path.join(repositoryRoot, "bin", "crush");

export class Sandbox implements Disposable {
  readonly root: string;
  readonly project: string;
  readonly home: string;
  /** Holds the person's own `crush.json`. */
  readonly globalConfig: string;
  /** Holds what the program keeps: chosen models, keys, `projects.json`. */
  readonly globalData: string;

  constructor() {
    this.root = realpathSync(mkdtempSync(path.join(tmpdir(), "crush-sandbox-")));
    this.project = this.#folder("project");
    this.home = this.#folder("home");
    this.globalConfig = this.#folder("config/crush");
    this.globalData = this.#folder("data/crush");
    this.#folder("temporary");
  }

  /** The whole environment of a program under test. */
  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: this.home,
      SHELL: "/bin/sh",
      LANG: "C.UTF-8",
      LC_ALL: "C.UTF-8",
      TZ: "UTC",
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      TMPDIR: path.join(this.root, "temporary"),
      XDG_CONFIG_HOME: path.join(this.root, "config"),
      XDG_DATA_HOME: path.join(this.root, "data"),
      XDG_CACHE_HOME: path.join(this.root, "cache"),
      XDG_STATE_HOME: path.join(this.root, "state"),
      XDG_RUNTIME_DIR: path.join(this.root, "runtime"),
      CRUSH_GLOBAL_CONFIG: this.globalConfig,
      CRUSH_GLOBAL_DATA: this.globalData,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      ...extra,
    };
  }

  get dataDirectory(): string {
    return path.join(this.project, ".crush");
  }

  get database(): string {
    return path.join(this.dataDirectory, "crush.db");
  }

  get log(): string {
    return path.join(this.dataDirectory, "logs", "crush.log");
  }

  /** Writes a file of the project, folders included; answers its absolute path. */
  writeFile(name: string, content: string | Uint8Array): string {
    const file = path.join(this.project, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  writeGlobalConfig(config: unknown): void {
    writeFileSync(path.join(this.globalConfig, "crush.json"), JSON.stringify(config, null, 2));
  }

  [Symbol.dispose](): void {
    makeRemovable(this.root);
    rmSync(this.root, { recursive: true, force: true });
  }

  #folder(name: string): string {
    const folder = path.join(this.root, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }
}

/** Tests of read-only folders leave some that could not be emptied. */
function makeRemovable(folder: string): void {
  if (!existsSync(folder)) return;
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeRemovable(path.join(folder, entry.name));
  }
}
