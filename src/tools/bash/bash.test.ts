import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { processRuns, untilDead } from "../../../test/harness/process-life.ts";
import { ToolProject } from "../../../test/tools/tool-project.ts";
import { asSessionId } from "../../schema/ids.ts";
import type { ToolResult } from "../tool.ts";

function metadataText({ metadata }: ToolResult, key: string): string {
  const value = metadata?.[key];
  assert.ok(typeof value === "string");
  return value;
}

/** Resolves once the job has printed it: a shell may be moved to the background before it prints anything. */
async function untilPrinted(project: ToolProject, id: string, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = pattern.exec((await project.call("job_output", { shell_id: id })).content);
    if (match !== null) return match;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe("bash", () => {
  it("gives the output, the exit code and the directory, with Crush's metadata", async () => {
    await using project = new ToolProject();
    const result = await project.call("bash", { command: "echo out; echo err >&2; exit 3", description: "Say it" });
    assert.equal(result.content, `out\nerr\nExit code 3\n\n<cwd>${project.root}</cwd>`);
    assert.equal(result.isError, false);
    const { start_time: start, end_time: end, ...rest } = result.metadata ?? {};
    assert.ok(Number.isInteger(start) && Number(end) >= Number(start) && Number(start) > 1e12);
    assert.deepEqual(rest, {
      output: "out\nerr\nExit code 3",
      description: "Say it",
      working_directory: project.root,
      exit_code: 3,
    });
    assert.equal((await project.call("bash", { command: "true" })).content, "no output");
    assert.equal(project.output, "out\nerr\n");
  });

  it("shows what comes with keys masked, and keeps back no end that only looks like one", async () => {
    await using project = new ToolProject();
    const command = "printf 'a sk-0123456789 b sk-01'";
    await project.call("bash", { command }, { secrets: ["sk-0123456789"] });
    assert.equal(project.output, "a [key hidden] b sk-01");
  });

  it("asks to execute the whole command", async () => {
    await using project = new ToolProject();
    project.write("sub/x", "");
    const command = "rm -rf x\necho done";
    const call = await project.prepare("bash", { command, working_dir: "sub" });
    assert.ok(call.kind === "ready");
    const [request] = call.permissions;
    assert.deepEqual([request?.action, request?.command, request?.path], ["execute", command, project.path("sub")]);
    assert.deepEqual(request?.display.blocks[0], { kind: "code", text: command, language: "bash" });
  });

  it("runs where it is told, in the environment that it is given and no other", async () => {
    await using project = new ToolProject();
    project.write("sub/x", "");
    const environment = { PATH: "/usr/bin:/bin", GIVEN: "yes" };
    const command = "pwd; echo $GIVEN; env";
    const { content } = await project.call("bash", { command, working_dir: "sub" }, { environment });
    assert.ok(content.startsWith(`${project.path("sub")}\nyes\n`));
    const names = content.match(/^[A-Z_]+(?==)/gm) ?? [];
    const expected = ["PATH", "GIVEN", "PAGER", "GIT_PAGER", "GIT_EDITOR", "GIT_TERMINAL_PROMPT", "CRUSH_TOOL_CALL"];
    assert.deepEqual(
      names.filter((name) => !["PWD", "SHLVL", "_", "OLDPWD"].includes(name)).toSorted(),
      expected.toSorted(),
    );
    assert.match((await project.call("bash", { command: "ls", working_dir: "none" })).content, /not a directory/);
  });

  it("has no terminal and nothing to read", async () => {
    await using project = new ToolProject();
    const result = await project.call("bash", { command: "cat; tty; echo > /dev/tty; git commit" });
    assert.match(result.content, /not a tty/);
  });

  it("survives output of any bytes and size", async () => {
    await using project = new ToolProject();
    const binary = await project.call("bash", { command: "printf 'a\\000b\\377c'; head -c 200000 /dev/urandom" });
    assert.ok(binary.content.isWellFormed() && !binary.content.includes("\0"));
    const long = await project.call("bash", { command: "seq 1 200000" });
    assert.ok(long.content.length < 31_000);
    assert.ok(long.content.startsWith("1\n2\n") && long.content.includes("\n200000\n"));
    const file = /all of it is in (\S+)\]/.exec(long.content)?.[1] ?? "";
    assert.equal(readFileSync(file, "utf8").length, 1_288_895);
    assert.ok(metadataText(long, "output").length < 1_200_000);
  });

  it("ends with the shell, whoever holds the pipe, and ends what was left running", async () => {
    await using project = new ToolProject();
    const startMs = performance.now();
    const result = await project.call("bash", { command: "sleep 60 & echo $! > pid; echo started" });
    assert.ok(performance.now() - startMs < 5000);
    assert.match(result.content, /^started\nProcesses that the command left running were ended/);
    await untilDead(project.read("pid").trim());
  });

  it("lets a program go that left the group by itself, without waiting for it", async (t) => {
    if (process.platform !== "linux") {
      t.skip("needs setsid");
      return;
    }
    await using project = new ToolProject();
    const command = "setsid sleep 60 > /dev/null 2>&1 & while ! pgrep -s $! > /dev/null; do :; done; echo $! > pid";
    const startMs = performance.now();
    await project.call("bash", { command });
    assert.ok(performance.now() - startMs < 5000);
    const pid = project.read("pid").trim();
    assert.ok(processRuns(pid));
    process.kill(Number(pid), "SIGKILL");
  });

  it("dies whole when it is canceled: children, grandchildren and those in sessions of their own", async (t) => {
    if (process.platform !== "linux") {
      t.skip("needs setsid, and /proc to find what left its group");
      return;
    }
    await using project = new ToolProject();
    const abort = new AbortController();
    const command = [
      "(sleep 61 & echo child=$!; (sleep 62 & echo grandchild=$!; wait) & wait) &",
      "setsid sh -c 'sleep 63 & echo stray=$!; wait' &",
      "(trap '' TERM; echo stubborn=$BASHPID; while :; do sleep 1; done) &",
      "wait",
    ].join("\n");
    const call = await project.prepare("bash", { command }, { signal: abort.signal });
    assert.ok(call.kind === "ready");
    const running = call.run();
    const pids = await project.outputValues(["child", "grandchild", "stray", "stubborn"]);
    assert.deepEqual(pids.map(processRuns), [true, true, true, true]);
    // Of this process: those in which it does not get to run are not counted.
    let tenths = 0;
    const counting = setInterval(() => (tenths += 1), 100);
    abort.abort();
    const result = await running;
    clearInterval(counting);
    assert.ok(tenths < 30);
    assert.ok(result.isError && result.content.includes("aborted before completion"));
    await Promise.all(pids.map(untilDead));
  });

  it("is ended after its timeout, keeping what it had printed", async () => {
    await using project = new ToolProject();
    const result = await project.call("bash", { command: "echo before; sleep 60", timeout: 2 });
    assert.ok(result.isError);
    assert.match(result.content, /^before\nCommand was ended after 2 s/);
  });

  it("does not run at all when it was canceled before", async () => {
    await using project = new ToolProject();
    const abort = new AbortController();
    const call = await project.prepare("bash", { command: "touch made" }, { signal: abort.signal });
    abort.abort();
    assert.ok(call.kind === "ready");
    assert.equal((await call.run()).isError, true);
    assert.ok(!existsSync(project.path("made")));
  });
});

describe("background jobs", () => {
  it("go on after the call; their output is read and waited for", async () => {
    await using project = new ToolProject();
    const command = "echo first; while ! [ -e go ]; do sleep 0.02; done; echo last; exit 4";
    const started = await project.call("bash", { command, description: "Wait", run_in_background: true });
    const id = metadataText(started, "shell_id");
    assert.equal(
      started.content,
      `Background shell started with ID: ${id}\n\nUse job_output tool to view output or job_kill to terminate.`,
    );
    assert.equal(started.metadata?.["background"], true);
    assert.equal(project.toolSet.jobs.count(), 1);
    const early = await project.call("job_output", { shell_id: id });
    assert.equal(early.content, "Status: running\n\nfirst");
    const waiting = project.call("job_output", { shell_id: id, wait: true });
    project.write("go", "");
    const late = await waiting;
    assert.equal(late.content, "Status: completed\n\nfirst\nlast\nExit code 4");
    assert.deepEqual(late.metadata, {
      shell_id: id,
      command,
      description: "Wait",
      done: true,
      working_directory: project.root,
    });
    assert.equal(project.toolSet.jobs.count(), 0);
  });

  it("are not needed for what ends at once", async () => {
    await using project = new ToolProject();
    const result = await project.call("bash", { command: "nonsense-command", run_in_background: true });
    assert.match(result.content, /not found\nExit code 127/);
    assert.equal(result.metadata?.["shell_id"], undefined);
  });

  it("take over a command that goes on for long", async () => {
    await using project = new ToolProject();
    const result = await project.call("bash", { command: "echo x; sleep 60", auto_background_after: 0.1 });
    assert.match(result.content, /^Command is taking longer than expected and has been moved to background\./);
    const id = metadataText(result, "shell_id");
    await untilPrinted(project, id, /^x$/m);
    const killed = await project.call("job_kill", { shell_id: id });
    assert.equal(killed.content, `Background shell ${id} terminated successfully`);
    assert.match(
      (await project.call("job_output", { shell_id: id })).content,
      /^Status: completed\n\nx\nEnded by SIGTERM/,
    );
  });

  it("belong to their session, and end with it", async () => {
    await using project = new ToolProject();
    const started = await project.call("bash", { command: "echo pid=$$; sleep 60", auto_background_after: 0.2 });
    const id = metadataText(started, "shell_id");
    const other = { sessionId: asSessionId("other") };
    for (const tool of ["job_output", "job_kill"]) {
      const refused = await project.call(tool, { shell_id: id }, other);
      assert.ok(refused.isError && refused.content.includes("not found"));
    }
    const { jobs } = project.toolSet;
    await jobs.endAll(other.sessionId);
    const [, pid = ""] = await untilPrinted(project, id, /^pid=(\d+)$/m);
    assert.ok(processRuns(pid) && jobs.count(asSessionId("session")) === 1);
    await jobs.endAll(asSessionId("session"));
    await untilDead(pid);
    assert.equal(jobs.count(), 0);
  });

  it("are told of when they go to the background and when they end", async () => {
    await using project = new ToolProject();
    const { jobs } = project.toolSet;
    const told: unknown[] = [];
    const ended = Promise.withResolvers<undefined>();
    jobs.watch((sessionId, commands) => {
      told.push([sessionId, commands]);
      if (commands.length === 0) ended.resolve(undefined);
    });
    await project.call("bash", { command: "echo done" });
    const command = "until [ -e go ]; do sleep 0.05; done";
    await project.call("bash", { command, auto_background_after: 0.1 });
    assert.deepEqual(told, [["session", [command]]]);
    project.write("go", "");
    await ended.promise;
    assert.deepEqual(told.slice(1), [["session", []]]);
  });

  it("leave a canceled wait alone", async () => {
    await using project = new ToolProject();
    const started = await project.call("bash", { command: "sleep 60", auto_background_after: 0.1 });
    const id = metadataText(started, "shell_id");
    const abort = new AbortController();
    const call = await project.prepare("job_output", { shell_id: id, wait: true }, { signal: abort.signal });
    assert.ok(call.kind === "ready");
    const waiting = call.run();
    abort.abort();
    assert.ok((await waiting).isError);
    assert.equal(project.toolSet.jobs.count(), 1);
  });
});
