import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { testTimeoutMs } from "../../tools/stage.ts";
import { readRepository, root } from "./repository.ts";

export interface CheckOutcome {
  readonly exitCode: number | null;
  readonly output: string;
}

/** A copy of this repository in a temporary folder, to plant offences in. Removed when disposed. */
export class RepositoryCopy {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "crush-planted-"));

  constructor() {
    for (const file of readRepository()) {
      mkdirSync(path.dirname(this.#at(file.path)), { recursive: true });
      copyFileSync(path.join(root, file.path), this.#at(file.path));
    }
    symlinkSync(realpathSync(path.join(root, "node_modules")), this.#at("node_modules"));
    succeed(spawnSync("git", ["init", "--quiet"], { cwd: this.#folder, encoding: "utf8" }));
  }

  #at(file: string): string {
    return path.join(this.#folder, file);
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(this.#at(file)), { recursive: true });
    writeFileSync(this.#at(file), text);
  }

  append(file: string, text: string): void {
    appendFileSync(this.#at(file), text);
  }

  remove(file: string): void {
    rmSync(this.#at(file), { recursive: true });
  }

  /** Runs stages of the gate as `npm test` would. */
  gate(...stages: readonly string[]): CheckOutcome {
    return this.#run(["--bun", "tools/gate.ts", ...stages]);
  }

  tidy(): CheckOutcome {
    return this.#run(["test", `--timeout=${String(testTimeoutMs)}`, "./test/tidy.test.ts"]);
  }

  #run(args: readonly string[]): CheckOutcome {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: this.#folder, encoding: "utf8" });
    return { exitCode: status, output: stdout + stderr };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function succeed({ status, stderr }: SpawnSyncReturns<string>): void {
  if (status !== 0) throw new Error(`git init failed: ${stderr}`);
}
