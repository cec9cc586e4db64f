/** A home and a project of their own in a temporary folder, and the config that these give. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Config, ConfigFlags } from "../../src/config/config.ts";
import { loadConfig, type LoadOptions } from "../../src/config/load-config.ts";

export class ConfigPlace {
  /** Links resolved, as the program sees paths. */
  readonly root: string;
  readonly home: string;
  readonly project: string;
  readonly environment: Record<string, string>;

  constructor() {
    this.root = realpathSync(mkdtempSync(path.join(tmpdir(), "crush-config-")));
    this.home = path.join(this.root, "home");
    this.project = path.join(this.root, "project");
    this.environment = { HOME: this.home, PATH: process.env["PATH"] ?? "" };
    mkdirSync(this.home);
    mkdirSync(path.join(this.project, ".git"), { recursive: true });
    writeFileSync(path.join(this.project, ".git", "HEAD"), "ref: refs/heads/main\n");
  }

  /** Writes a file below the root; anything but a text as JSON. Returns its path. */
  write(file: string, content: unknown): string {
    const target = path.join(this.root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content));
    return target;
  }

  /** A directory below the root, made where it is missing. */
  directory(name: string): string {
    const directory = path.join(this.root, name);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  /** The person's own `crush.json`. */
  writeGlobal(settings: unknown): string {
    return this.write("home/.config/crush/crush.json", settings);
  }

  /** The one that programs write. */
  writeData(settings: unknown): string {
    return this.write("home/.local/share/crush/crush.json", settings);
  }

  writeProject(settings: unknown): string {
    return this.write("project/crush.json", settings);
  }

  /** Where config is read from instead of this machine. */
  source(): Pick<LoadOptions, "environment" | "systemDirectory"> {
    return { environment: this.environment, systemDirectory: path.join(this.root, "etc") };
  }

  load(flags: ConfigFlags = {}, options: Partial<LoadOptions> = {}): Config {
    return loadConfig(
      { cwd: this.project, ...flags },
      {
        keyVariables: ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"],
        ...this.source(),
        ...options,
      },
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
