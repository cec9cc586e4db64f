import { homedir } from "node:os";
import path from "node:path";

/** The process's environment, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface GlobalDirectories {
  readonly home: string;
  /** Holds the person's own `crush.json` and CRUSH.md. */
  readonly config: string;
  /** Holds the `crush.json` that programs write (keys, chosen models), `projects.json` and the trust records. */
  readonly data: string;
}

/** The XDG rules say that a relative path counts as not set. */
function absolute(value: string | undefined): string | undefined {
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}

export function globalDirectories(environment: Environment): GlobalDirectories {
  const home = environment["HOME"] || homedir();
  const configHome = absolute(environment["XDG_CONFIG_HOME"]) ?? path.join(home, ".config");
  const dataHome = absolute(environment["XDG_DATA_HOME"]) ?? path.join(home, ".local", "share");
  return {
    home,
    config: path.resolve(environment["CRUSH_GLOBAL_CONFIG"] || path.join(configHome, "crush")),
    data: path.resolve(environment["CRUSH_GLOBAL_DATA"] || path.join(dataHome, "crush")),
  };
}

/** `~` and `~/x` as the person means them; anything else as it is. */
export function expandHome(file: string, home: string): string {
  if (file === "~") return home;
  return file.startsWith("~/") ? path.join(home, file.slice(2)) : file;
}
