/** `projects.json`: where projects are. Crush writes it too. */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { AppError } from "../lib/app-error.ts";
import { toFileError } from "../lib/file-error.ts";
import { type JsonValue, parseJson } from "../lib/json.ts";
import { withLockFile } from "../lib/lock-file.ts";
import { realPath } from "../lib/real-path.ts";
import { replaceFile } from "../lib/replace-file.ts";

/** As the file has it; `last_accessed` is RFC 3339. Fields of other programs are kept. */
const projectSchema = v.looseObject({ path: v.string(), data_dir: v.string(), last_accessed: v.string() });
const fileSchema = v.looseObject({ projects: v.nullish(v.array(projectSchema), []) });

export type ProjectEntry = v.InferOutput<typeof projectSchema>;
type ProjectsFile = v.InferOutput<typeof fileSchema>;

function projectsFile(globalDataDirectory: string): string {
  return path.join(globalDataDirectory, "projects.json");
}

function read(file: string): ProjectsFile {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { projects: [] };
    throw toFileError(error, `read ${file}`);
  }
  if (content.trim() === "") return { projects: [] };
  const value: JsonValue | undefined = parseJson(content);
  const result = v.safeParse(fileSchema, value);
  if (result.success) return result.output;
  throw new AppError("config-invalid", `${file}: this is not a list of projects`, {
    hint: "move the file away; it is written anew at the next start in a project",
  });
}

/** Last used first. Throws AppError where the file cannot be read. */
export function listProjects(globalDataDirectory: string): ProjectEntry[] {
  const { projects } = read(projectsFile(globalDataDirectory));
  const timeOf = (entry: ProjectEntry): number => Date.parse(entry.last_accessed) || 0;
  return projects.toSorted((a, b) => timeOf(b) - timeOf(a));
}

/** The directory that a project is listed under: the one that holds `.crush`, else where this run works. */
function projectPath(config: { readonly dataDirectory: string; readonly workingDirectory: string }): string {
  const { dataDirectory, workingDirectory } = config;
  return path.basename(dataDirectory) === ".crush" ? path.dirname(dataDirectory) : workingDirectory;
}

/** Notes that a project is in use. Throws AppError; nobody has to wait for it, nor fail because of it. */
export async function recordProject(
  config: { readonly globalDataDirectory: string; readonly dataDirectory: string; readonly workingDirectory: string },
  nowMs: number,
): Promise<void> {
  const file = projectsFile(config.globalDataDirectory);
  const entry = {
    path: projectPath(config),
    data_dir: config.dataDirectory,
    last_accessed: new Date(nowMs).toISOString(),
  };
  try {
    await withLockFile(file, async () => {
      const content = read(file);
      const known = content.projects.find((project) => project.path === entry.path);
      const others = content.projects.filter((project) => project !== known);
      const projects = [{ ...known, ...entry }, ...others];
      await replaceFile(realPath(file), `${JSON.stringify({ ...content, projects }, null, 2)}\n`, { mode: 0o600 });
    });
  } catch (error) {
    throw toFileError(error, `write ${file}`);
  }
}
