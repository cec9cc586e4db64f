import { statSync } from "node:fs";
import path from "node:path";
import { listProjects as readProjects } from "../config/projects.ts";
import { AppError } from "../lib/app-error.ts";
import { realPath } from "../lib/real-path.ts";
import { hasForeignSession, readForeignSessions } from "../store/read-foreign-sessions.ts";
import type { Context } from "./context.ts";
import { holdsDatabase } from "./missing-database.ts";
import type { ProjectPlace, ProjectSessions } from "./session-organiser.ts";

const sessionsMax = 100;

/** The other projects of this machine, the last used first, with their newest sessions. One that can't be read says why. */
export function listOtherProjects({ config, shortId }: Pick<Context, "config" | "shortId">): ProjectSessions[] {
  const own = realPath(config.dataDirectory);
  return readProjects(config.globalDataDirectory)
    .map((entry) => ({ path: entry.path, dataDirectory: path.resolve(entry.path, entry.data_dir) }))
    .filter(({ dataDirectory }) => realPath(dataDirectory) !== own)
    .map((project) => {
      try {
        requireFolder(project.path);
        const sessions = readForeignSessions(databaseOf(project), sessionsMax);
        const lines = sessions.map((session) => ({ session, hash: shortId(session.id) }));
        return { ...project, sessions: lines, problem: null };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { ...project, sessions: [], problem: error.message };
      }
    });
}

export function checkOtherProject(place: ProjectPlace): void {
  requireFolder(place.path);
  if (!holdsDatabase(place.dataDirectory)) {
    throw new AppError("database-invalid", `There are no sessions in ${place.dataDirectory} any more.`, {
      hint: `Start the program in ${place.path}: it says whether there is a backup.`,
    });
  }
  if (place.sessionId === null || hasForeignSession(databaseOf(place), place.sessionId)) return;
  throw new AppError("session-not-found", "This session has been deleted meanwhile.");
}

function requireFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new AppError("usage", `The folder ${folder} is not there any more.`);
}

function databaseOf({ dataDirectory }: Pick<ProjectPlace, "dataDirectory">): string {
  return path.join(dataDirectory, "crush.db");
}
