import { join } from "node:path";
import { listProjects as readProjects } from "../config/projects.ts";
import { AppError } from "../lib/app-error.ts";
import { readForeignSessions } from "../store/read-foreign-sessions.ts";
import type { Context } from "./context.ts";
import type { ProjectSessions } from "./session-organiser.ts";

const sessionsMax = 100;

/** The other projects of this machine, the last used first, with their newest sessions. One that can't be read says why. */
export function listOtherProjects({ config, shortId }: Pick<Context, "config" | "shortId">): ProjectSessions[] {
  return readProjects(config.globalDataDirectory)
    .filter((entry) => entry.data_dir !== config.dataDirectory)
    .map((entry) => {
      try {
        const sessions = readForeignSessions(join(entry.data_dir, "crush.db"), sessionsMax);
        const lines = sessions.map((session) => ({ session, hash: shortId(session.id) }));
        return { path: entry.path, sessions: lines, problem: null };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { path: entry.path, sessions: [], problem: error.message };
      }
    });
}
