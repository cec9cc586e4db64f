import { spawnSync } from "node:child_process";
import { cpSync, chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");

/** The runtime that runs the tests; the launcher must find it by itself. */
const bun = realpathSync(process.execPath);

const reportingProgram = `
process.stdout.write(
  JSON.stringify({
    args: process.argv.slice(2),
    cwd: process.cwd(),
    calledAs: process.env.CRUSH_CALLED_AS,
    planted: process.env.PLANTED ?? null,
    path: process.env.PATH,
    npmVariables: Object.keys(process.env).filter((name) => /^npm_|^INIT_CWD$/.test(name)),
  }),
);
`;

export interface Report {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly calledAs: string;
  readonly planted: string | null;
  readonly path: string;
  readonly npmVariables: readonly string[];
}

export interface LaunchOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LaunchOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A temporary folder with a package like ours, whose program reports how it was started. Removed when disposed. */
export class LauncherFixture {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "crush launcher-")));

  /** Makes a package at the path (relative to the folder) and returns the path of its launcher. */
  addPackage(relative: string): string {
    const target = path.join(this.folder, relative);
    cpSync(path.join(root, "bin"), path.join(target, "bin"), { recursive: true });
    this.write(path.join(relative, "src/main.ts"), reportingProgram);
    this.write(path.join(relative, "tsconfig.json"), "{}\n");
    this.write(path.join(relative, "package.json"), '{ "name": "crush-ts", "type": "module" }\n');
    return path.join(target, "bin/crush");
  }

  /** A second package of this very program, in `package`: its own `bin` and `src`, the rest linked. */
  addPackageOf(names: readonly string[]): void {
    mkdirSync(path.join(this.folder, "package"));
    for (const name of names) {
      const target = path.join(this.folder, "package", name);
      if (["bin", "src"].includes(name)) cpSync(path.join(root, name), target, { recursive: true });
      else symlinkSync(path.join(root, name), target);
    }
  }

  /** Puts bun into a node_modules folder, as npm leaves it with its install scripts run. */
  addBun(modules: string): void {
    this.write(path.join(modules, "bun/package.json"), "{}\n");
    this.link(bun, path.join(modules, "bun/bin/bun.exe"));
    this.link(bun, path.join(modules, "bun/bin/bunx.exe"));
  }

  /** The same with install scripts blocked: a placeholder, and the program in the platform's package. */
  addBlockedBun(modules: string): void {
    this.write(path.join(modules, "bun/package.json"), "{}\n");
    for (const name of ["bun.exe", "bunx.exe"]) {
      this.addScript(
        path.join(modules, "bun/bin", name),
        'echo "Error: the postinstall script was not run." >&2\nexit 1\n',
      );
    }
    const architecture = process.arch === "arm64" ? "aarch64" : "x64";
    this.link(bun, path.join(modules, `@oven/bun-${process.platform}-${architecture}/bin/bun`));
  }

  /** A PATH that holds only these programs of the machine. */
  addPath(relative: string, programs: readonly string[]): string {
    for (const program of programs) {
      const { stdout } = spawnSync("/bin/sh", ["-c", `command -v ${program}`], { encoding: "utf8" });
      this.link(stdout.trim(), path.join(relative, program));
    }
    return path.join(this.folder, relative);
  }

  addScript(relative: string, text: string): void {
    this.write(relative, text);
    chmodSync(path.join(this.folder, relative), 0o755);
  }

  write(relative: string, text: string): void {
    const target = path.join(this.folder, relative);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  /** The target may be relative to the link's own folder. */
  link(target: string, relative: string): string {
    const place = path.join(this.folder, relative);
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(target, place);
    return place;
  }

  run(command: string, args: readonly string[], options: LaunchOptions = {}): LaunchOutcome {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: options.cwd ?? this.folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: this.folder, ...options.environment },
      encoding: "utf8",
    });
    return { exitCode: status, stdout, stderr };
  }

  /** Runs a launcher and returns what the program reported of its start. */
  report(command: string, args: readonly string[], options: LaunchOptions = {}): Report {
    const { stdout, stderr } = this.run(command, args, options);
    const start = stdout.indexOf("{");
    if (start < 0) throw new Error(`the program reported nothing: ${stdout}${stderr}`);
    return JSON.parse(stdout.slice(start)) as Report;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
