import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import type { JsonObject } from "../../lib/json.ts";
import { defineTool } from "../define-tool.ts";
import { fileKind } from "../file-kind.ts";
import { permissionRequest } from "../permission-request.ts";
import type { PreparedCall, Tool, ToolContext, ToolResult } from "../tool.ts";
import { resolveToolPath } from "../tool-path.ts";
import { errorResult, refused, textResult } from "../tool-result.ts";
import { bashDescription } from "./bash-description.ts";
import type { Job, JobRegistry } from "./job-registry.ts";
import type { ShellExit } from "./shell-process.ts";
import { ChangeWatch } from "./watch-changes.ts";

const autoBackgroundDefaultSeconds = 60;
const secondsMax = 24 * 60 * 60;
/** A background command that fails within this time is reported at once. */
const earlyFailureMs = 1000;

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(secondsMax));

const schema = v.object({
  description: v.optional(v.pipe(v.string(), v.description("What the command does, in at most 30 characters"))),
  command: v.pipe(v.string(), v.regex(/\S/, "must not be empty"), v.description("The command, in Bash")),
  working_dir: v.optional(
    v.pipe(v.string(), v.description("Directory to run it in, the working directory when left out")),
  ),
  run_in_background: v.optional(
    v.pipe(v.boolean(), v.description("Start it and go on at once; read it with job_output")),
  ),
  auto_background_after: v.optional(
    v.pipe(
      seconds,
      v.description(`Seconds after which it goes on in the background, ${autoBackgroundDefaultSeconds} when left out`),
    ),
  ),
  timeout: v.optional(v.pipe(seconds, v.description("Seconds after which it is ended, never when left out"))),
});

type BashInput = v.InferOutput<typeof schema>;

interface Run {
  readonly input: BashInput;
  readonly workingDirectory: string;
  readonly context: ToolContext;
  readonly jobs: JobRegistry;
}

type Outcome = ShellExit | "canceled" | "timed-out" | "still-running";

/** Resolves when the signal aborts; the returned function stops listening. */
function abortOf(signal: AbortSignal): { readonly aborted: Promise<"canceled">; stop(): void } {
  let listener: () => void = () => undefined;
  const aborted = new Promise<"canceled">((resolve) => {
    listener = () => resolve("canceled");
    if (signal.aborted) listener();
    else signal.addEventListener("abort", listener, { once: true });
  });
  return { aborted, stop: () => signal.removeEventListener("abort", listener) };
}

async function outcomeOf(job: Job, { input, context }: Run): Promise<Outcome> {
  const timers = new AbortController();
  const abort = abortOf(context.signal);
  const after = async <T extends Outcome>(milliseconds: number, outcome: T): Promise<T> => {
    await delay(milliseconds, undefined, { signal: timers.signal });
    return outcome;
  };
  const autoBackground = input.auto_background_after || autoBackgroundDefaultSeconds;
  const waits: Promise<Outcome>[] = [
    job.exited,
    abort.aborted,
    after(input.run_in_background === true ? earlyFailureMs : autoBackground * 1000, "still-running"),
  ];
  if (input.timeout !== undefined && input.timeout > 0) waits.push(after(input.timeout * 1000, "timed-out"));
  for (const wait of waits) wait.catch(() => undefined);
  try {
    return await Promise.race(waits);
  } finally {
    timers.abort();
    abort.stop();
  }
}

function exitNotes(exit: ShellExit): string[] {
  const notes: string[] = [];
  if (exit.startError !== undefined) notes.push(`The shell could not be started: ${exit.startError}`);
  if (exit.signal !== null) notes.push(`Ended by ${exit.signal}`);
  if (exit.exitCode !== null && exit.exitCode !== 0) notes.push(`Exit code ${exit.exitCode}`);
  if (exit.leftSome) {
    notes.push("Processes that the command left running were ended; use run_in_background to keep one running");
  }
  return notes;
}

function withNotes(text: string, notes: readonly string[]): string {
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  return notes.length === 0 ? text : `${text}${separator}${notes.join("\n")}`;
}

function metadataOf(run: Run, job: Job, more: JsonObject): JsonObject {
  return {
    start_time: job.startedAtMs,
    end_time: Date.now(),
    output: "",
    description: run.input.description ?? "",
    working_directory: run.workingDirectory,
    ...more,
  };
}

function finishedResult(job: Job, exit: ShellExit, run: Run): ToolResult {
  const notes = exitNotes(exit);
  const metadata = metadataOf(run, job, {
    output: withNotes(job.output.stored(), notes),
    ...(exit.exitCode === null ? {} : { exit_code: exit.exitCode }),
    ...(run.input.run_in_background === true ? { background: true } : {}),
  });
  const content = withNotes(job.output.forModel(), notes);
  if (exit.startError !== undefined) return errorResult(content, metadata);
  if (content === "") return textResult("no output", metadata);
  return textResult(`${content.replace(/\n$/, "")}\n\n<cwd>${run.workingDirectory}</cwd>`, metadata);
}

function backgroundResult(job: Job, run: Run): ToolResult {
  const begun =
    run.input.run_in_background === true
      ? `Background shell started with ID: ${job.id}`
      : `Command is taking longer than expected and has been moved to background.\n\nBackground shell ID: ${job.id}`;
  return textResult(
    `${begun}\n\nUse job_output tool to view output or job_kill to terminate.`,
    metadataOf(run, job, { background: true, shell_id: job.id }),
  );
}

async function stoppedResult(job: Job, why: string, run: Run): Promise<ToolResult> {
  await job.end();
  const content = withNotes(job.output.forModel(), [why]);
  return errorResult(content, metadataOf(run, job, { output: withNotes(job.output.stored(), [why]) }));
}

async function runCommand(run: Run): Promise<ToolResult> {
  const { input, workingDirectory, jobs } = run;
  const found = await fileKind(workingDirectory);
  if (found.kind !== "directory") return errorResult(`The working directory does not exist: ${workingDirectory}`);
  const watch = await ChangeWatch.start(run.context);
  run.context.signal.throwIfAborted();
  const job = jobs.start(
    { command: input.command, description: input.description ?? "", workingDirectory },
    run.context,
  );
  const outcome = await outcomeOf(job, run);
  const result = await resultOf(job, outcome, run);
  await watch.finish();
  if (outcome === "still-running") jobs.detach(job, await ChangeWatch.start(run.context));
  return result;
}

async function resultOf(job: Job, outcome: Outcome, run: Run): Promise<ToolResult> {
  if (outcome === "still-running") return backgroundResult(job, run);
  run.jobs.forget(job);
  if (outcome === "canceled") return stoppedResult(job, "Command was aborted before completion", run);
  if (outcome === "timed-out") {
    return stoppedResult(job, `Command was ended after ${run.input.timeout} s (timeout)`, run);
  }
  return finishedResult(job, outcome, run);
}

async function prepareCommand(input: BashInput, context: ToolContext, jobs: JobRegistry): Promise<PreparedCall> {
  const directory = resolveToolPath(input.working_dir || ".", context);
  if (directory.isInside && (await fileKind(directory.real)).kind !== "directory") {
    return refused(`working_dir is not a directory: ${directory.path}`);
  }
  const where = directory.path === context.workingDirectory ? "" : ` in ${directory.path}`;
  const request = permissionRequest(context, {
    tool: "bash",
    action: "execute",
    path: directory.path,
    command: input.command,
    description: `Execute command${where}: ${input.command}`,
    display: {
      title: "Bash",
      subject: input.description || input.command.split("\n")[0] || "",
      blocks: [
        { kind: "code", text: input.command, language: "bash" },
        ...(where === "" ? [] : [{ kind: "text" as const, text: `In ${directory.path}`, tone: "dim" as const }]),
        ...(input.run_in_background === true
          ? [{ kind: "text" as const, text: "In the background", tone: "dim" as const }]
          : []),
      ],
    },
  });
  const run: Run = { input, workingDirectory: directory.path, context, jobs };
  return { kind: "ready", permissions: [request], run: () => runCommand(run) };
}

export function createBashTool(jobs: JobRegistry): Tool {
  return defineTool({
    name: "bash",
    description: bashDescription,
    isReadOnly: false,
    schema,
    prepare: (input, context) => prepareCommand(input, context, jobs),
  });
}
