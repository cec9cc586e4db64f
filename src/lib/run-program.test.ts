import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { untilDead } from "../../test/harness/process-life.ts";
import { type ProgramOptions, type ProgramResult, runProgram } from "./run-program.ts";

async function shell(script: string, options: Partial<ProgramOptions> = {}): Promise<ProgramResult> {
  return runProgram("/bin/sh", {
    arguments: ["-c", script],
    directory: "/",
    environment: { PATH: "/usr/bin:/bin" },
    timeoutMs: 30_000,
    outputBytesMax: 1_000_000,
    ...options,
  });
}

describe("runProgram", () => {
  it("gives output, errors and exit code, and feeds the input", async () => {
    const result = await shell("cat; echo wrong >&2; exit 3", { input: "in" });
    assert.deepEqual(
      [result.ending, result.exitCode, result.stdout.toString(), result.stderr],
      ["exited", 3, "in", "wrong\n"],
    );
  });

  it("inherits nothing", async () => {
    const { stdout } = await shell("env", { environment: { PATH: "/usr/bin:/bin", ONLY: "1" } });
    const names: readonly string[] = stdout.toString().match(/^[^=]+(?==)/gm) ?? [];
    assert.ok(names.includes("ONLY") && !names.includes("HOME"));
  });

  it("ends in time, on a signal, and when too much is printed", async () => {
    assert.equal((await shell("sleep 60", { timeoutMs: 50 })).ending, "timed-out");
    const family = await shell("sleep 60 & echo $!; wait", { timeoutMs: 3000 });
    assert.equal(family.ending, "timed-out");
    const child = family.stdout.toString().trim();
    assert.match(child, /^\d+$/u);
    await untilDead(child);
    assert.equal((await shell("sleep 60", { signal: AbortSignal.timeout(50) })).ending, "canceled");
    assert.equal((await shell("sleep 60", { signal: AbortSignal.abort() })).ending, "canceled");
    const much = await shell("yes", { outputBytesMax: 1000 });
    assert.ok(much.ending === "too-much-output" && much.stdout.length > 1000);
  });

  it("tells what could not be started", async () => {
    const result = await runProgram("/no/such/program", {
      arguments: [],
      directory: "/",
      environment: {},
      timeoutMs: 1000,
      outputBytesMax: 10,
    });
    assert.equal(result.ending, "not-started");
    assert.match(result.stderr, /ENOENT/);
  });

  it("bears a program that does not read its input", async () => {
    const result = await shell("exit 0", { input: "x".repeat(1_000_000) });
    assert.equal(result.exitCode, 0);
  });
});
