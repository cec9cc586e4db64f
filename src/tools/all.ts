import { createBashTool } from "./bash/bash.ts";
import { JobRegistry } from "./bash/job-registry.ts";
import { editTool } from "./edit/edit.ts";
import { fetchTool } from "./fetch/fetch.ts";
import { createGlobTool } from "./glob/glob.ts";
import { createGrepTool } from "./grep/grep.ts";
import { createJobKillTool } from "./job-kill/job-kill.ts";
import { createJobOutputTool } from "./job-output/job-output.ts";
import { createLsTool } from "./ls/ls.ts";
import { completePath } from "./complete-path.ts";
import { multieditTool } from "./multiedit/multiedit.ts";
import { sessionCreateTool } from "./session-create/session-create.ts";
import { sessionListTool } from "./session-list/session-list.ts";
import { sessionReadTool } from "./session-read/session-read.ts";
import { sessionSearchTool } from "./session-search/session-search.ts";
import { todosTool } from "./todos/todos.ts";
import type { ToolSet } from "./tool.ts";
import { viewTool } from "./view/view.ts";
import { writeTool } from "./write/write.ts";

/** From config's `tools`; null: the tool's own default. */
export interface ToolSetOptions {
  readonly lsMaxDepth: number | null;
  readonly lsMaxItems: number | null;
  readonly grepTimeoutMs: number | null;
  readonly globTimeoutMs: number | null;
}

/** Every tool there is, with the jobs that they share. */
export function createToolSet(options: ToolSetOptions): ToolSet {
  const jobs = new JobRegistry();
  return {
    tools: [
      createBashTool(jobs),
      createJobOutputTool(jobs),
      createJobKillTool(jobs),
      viewTool,
      editTool,
      multieditTool,
      writeTool,
      createLsTool({ maxDepth: options.lsMaxDepth, maxItems: options.lsMaxItems }),
      createGlobTool(options.globTimeoutMs),
      createGrepTool(options.grepTimeoutMs),
      fetchTool,
      todosTool,
      sessionCreateTool,
      sessionListTool,
      sessionSearchTool,
      sessionReadTool,
    ],
    jobs,
    completePath,
  };
}
