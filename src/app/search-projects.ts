import { existsSync } from "node:fs";
import path from "node:path";
import { listProjects } from "../config/projects.ts";
import { AppError } from "../lib/app-error.ts";
import { silentLog } from "../lib/log.ts";
import { SearchThread } from "../store/search/search-thread.ts";
import type { Context } from "./context.ts";
import type { ProjectHits, SearchOptions, SearchResult } from "./search.ts";

interface OtherProjectsOptions extends SearchOptions {
  readonly limit: number;
  /** True: only what is there is read, and nobody waited for. False: each project is opened and indexed as in its own window. */
  readonly isGuest: boolean;
  readonly onFound: (hits: ProjectHits) => void;
}

/** Searches the databases of the other projects in the list, one after the other, the last used first. */
export async function searchOtherProjects(
  { config, shortId }: Pick<Context, "config" | "shortId">,
  query: string,
  { limit, isGuest, signal, onFound }: OtherProjectsOptions,
): Promise<void> {
  for (const project of listProjects(config.globalDataDirectory)) {
    if (signal?.aborted === true) break;
    const dataDirectory = path.resolve(project.path, project.data_dir);
    if (dataDirectory === config.dataDirectory || !existsSync(path.join(dataDirectory, "crush.db"))) continue;
    const thread = SearchThread.ofDirectory(dataDirectory, silentLog, { isGuest });
    try {
      const hits = await thread.find({
        text: query,
        limit,
        isPatient: true,
        ...(signal === undefined ? {} : { signal }),
      });
      const result: SearchResult | null =
        hits === null ? null : { ...hits, hits: hits.hits.map((hit) => ({ ...hit, hash: shortId(hit.sessionId) })) };
      onFound({ projectPath: project.path, result, problem: null });
    } catch (error) {
      onFound({ projectPath: project.path, result: null, problem: problemOf(error) });
    } finally {
      await thread.close();
    }
  }
}

function problemOf(error: unknown): string {
  if (error instanceof AppError || error instanceof Error) return error.message;
  return String(error);
}
