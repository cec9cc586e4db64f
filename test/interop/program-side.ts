/** One of the two programs that take turns on a project: ours, or a real Crush. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as v from "valibot";
import { type RunResult, runProgram } from "../harness/run-program.ts";
import { launcher, type Sandbox } from "../harness/sandbox.ts";
import { type StoredWait, untilStored } from "../harness/until-stored.ts";

const listedSchema = v.array(
  v.looseObject({ id: v.string(), uuid: v.string(), title: v.string(), modified: v.string() }),
);
const shownSchema = v.looseObject({
  meta: v.looseObject({ uuid: v.string(), title: v.string() }),
  messages: v.array(
    v.looseObject({
      id: v.string(),
      role: v.picklist(["user", "assistant", "tool"]),
      parts: v.array(v.looseObject({ type: v.string() })),
    }),
  ),
});

export type ListedSession = v.InferOutput<typeof listedSchema>[number];
export type ShownSession = v.InferOutput<typeof shownSchema>;

/** Crush sends metrics and fetches lists of providers and models unless told not to. */
const offline = {
  CRUSH_DISABLE_METRICS: "1",
  DO_NOT_TRACK: "1",
  CRUSH_DISABLE_PROVIDER_AUTO_UPDATE: "1",
  CRUSH_DISABLE_DEFAULT_PROVIDERS: "1",
};

const usualMs = 30_000;
const minutesMs = 280_000;

export class ProgramSide {
  readonly name: string;
  readonly #program: string;
  readonly #sandbox: Sandbox;

  constructor(name: string, program: string, sandbox: Sandbox) {
    this.name = name;
    this.#program = program;
    this.#sandbox = sandbox;
  }

  /** Runs a command to its end, whatever its exit code. */
  attempt(...args: readonly string[]): Promise<RunResult> {
    return this.#run(args);
  }

  /** As `command`, for one that takes minutes. */
  async longCommand(...args: readonly string[]): Promise<string> {
    return this.#successful(args, await this.#run(args, minutesMs));
  }

  #run(args: readonly string[], deadlineMs = usualMs): Promise<RunResult> {
    return runProgram({ sandbox: this.#sandbox, program: this.#program, args, environment: offline, deadlineMs });
  }

  #successful(args: readonly string[], { code, stdout, stderr }: RunResult): string {
    assert.equal(code, 0, `${this.name} ${args.join(" ")}:\n${stderr}`);
    return stdout;
  }

  /** Kills a command as soon as what it has stored of its prompt's answer fits; true where it was still at work. */
  async killed(args: readonly string[], whenStored: StoredWait): Promise<boolean> {
    const child = spawn(this.#program, args, {
      cwd: this.#sandbox.project,
      env: this.#sandbox.environment(offline),
      stdio: "ignore",
    });
    const exit = once(child, "exit");
    try {
      await untilStored(whenStored);
      return child.exitCode === null;
    } finally {
      child.kill("SIGKILL");
      await exit;
    }
  }

  /** Runs a command that must succeed; answers its standard output. */
  async command(...args: readonly string[]): Promise<string> {
    return this.#successful(args, await this.#run(args));
  }

  /** Newest first. */
  async list(): Promise<ListedSession[]> {
    return v.parse(listedSchema, JSON.parse(await this.command("session", "list", "--json")));
  }

  async show(uuid: string): Promise<ShownSession> {
    return v.parse(shownSchema, JSON.parse(await this.command("session", "show", uuid, "--json")));
  }
}

export function ourSide(sandbox: Sandbox): ProgramSide {
  return new ProgramSide("ours", launcher, sandbox);
}

/** The real Crush that `$CRUSH_BIN` names; null where there is none. */
export function realCrush(sandbox: Sandbox): ProgramSide | null {
  const program = process.env["CRUSH_BIN"] ?? "";
  return program === "" ? null : new ProgramSide("Crush", program, sandbox);
}
