import * as v from "valibot";
import type { JobRegistry } from "../bash/job-registry.ts";
import { defineTool } from "../define-tool.ts";
import { jobNotFoundMessage } from "../job-output/job-output.ts";
import type { Tool } from "../tool.ts";
import { refused, textResult } from "../tool-result.ts";

const schema = v.object({
  shell_id: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.description("Id of the background job")),
});

const description = "Ends a background job of bash, with all that it started.";

export function createJobKillTool(jobs: JobRegistry): Tool {
  return defineTool({
    name: "job_kill",
    description,
    isReadOnly: false,
    schema,
    prepare({ shell_id: id }, context) {
      const job = jobs.find(context.sessionId, id);
      if (job === undefined) return Promise.resolve(refused(jobNotFoundMessage(id, jobs, context)));
      return Promise.resolve({
        kind: "ready",
        permissions: [],
        run: async () => {
          await job.end();
          await job.recordChanges();
          return textResult(`Background shell ${id} terminated successfully`, {
            shell_id: id,
            command: job.command,
            description: job.description,
          });
        },
      });
    },
  });
}
