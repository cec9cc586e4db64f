import * as v from "valibot";
import type { Job, JobRegistry } from "../bash/job-registry.ts";
import { defineTool } from "../define-tool.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { errorResult, refused, textResult } from "../tool-result.ts";

const schema = v.object({
  shell_id: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.description("Id of the background job")),
  wait: v.optional(v.pipe(v.boolean(), v.description("Wait until the job is done"))),
});

const description = `Shows what a background job of bash has printed so far, and whether it is done.

- With wait it answers when the job is done; without, at once.`;

export function jobNotFoundMessage(id: string, jobs: JobRegistry, context: ToolContext): string {
  const ids = jobs.backgroundIds(context.sessionId);
  const known = ids.length === 0 ? "This session has no background jobs." : `There are: ${ids.join(", ")}.`;
  return `Background shell not found: ${id}. ${known}`;
}

async function waitFor(job: Job, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  signal.addEventListener("abort", stop, { once: true });
  await Promise.race([job.exited, promise]);
  signal.removeEventListener("abort", stop);
}

function resultOf(job: Job): ToolResult {
  const { exit } = job;
  const output = job.output.forModel();
  const parts = output === "" ? [] : [output.replace(/\n$/, "")];
  if (exit?.startError !== undefined) parts.push(`The shell could not be started: ${exit.startError}`);
  if (exit !== undefined && exit.signal !== null) parts.push(`Ended by ${exit.signal}`);
  if (exit !== undefined && exit.exitCode !== null && exit.exitCode !== 0) parts.push(`Exit code ${exit.exitCode}`);
  const text = parts.length === 0 ? "no output" : parts.join("\n");
  return textResult(`Status: ${exit === undefined ? "running" : "completed"}\n\n${text}`, {
    shell_id: job.id,
    command: job.command,
    description: job.description,
    done: exit !== undefined,
    working_directory: job.workingDirectory,
  });
}

export function createJobOutputTool(jobs: JobRegistry): Tool {
  return defineTool({
    name: "job_output",
    description,
    isReadOnly: true,
    schema,
    prepare({ shell_id: id, wait }, context) {
      const job = jobs.find(context.sessionId, id);
      if (job === undefined) return Promise.resolve(refused(jobNotFoundMessage(id, jobs, context)));
      const run = async (): Promise<ToolResult> => {
        if (wait === true) await waitFor(job, context.signal);
        await job.recordChanges();
        return context.signal.aborted ? errorResult("The wait was canceled; the job goes on.") : resultOf(job);
      };
      return Promise.resolve({ kind: "ready", permissions: [], run });
    },
  });
}
