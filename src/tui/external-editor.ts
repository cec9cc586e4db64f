import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";

function run(command: string, file: string, environment: Readonly<Record<string, string>>): Promise<number | null> {
  return new Promise((resolve, reject) => {
    // $EDITOR may hold parameters ("code --wait"), so a shell splits it, as every program does.
    const child = spawn("/bin/sh", ["-c", `${command} "$1"`, "sh", file], {
      stdio: "inherit",
      env: { ...environment },
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      resolve(code);
    });
  });
}

/** The text after the person's own editor had it. Throws AppError where the editor failed; the terminal must be free. */
export async function editExternally(
  text: string,
  options: { readonly editor: string; readonly environment: Readonly<Record<string, string>> },
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "crush-prompt-"));
  try {
    const file = path.join(folder, "prompt.md");
    await writeFile(file, text, { mode: 0o600 });
    const code = await run(options.editor, file, options.environment);
    if (code !== 0) {
      throw new AppError("input-output", `the editor ended with ${code === null ? "a signal" : `code ${code}`}`, {
        hint: `${options.editor} was run; the prompt stays as it was`,
      });
    }
    const edited = await readFile(file, "utf8");
    return edited.replace(/\n$/u, "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
