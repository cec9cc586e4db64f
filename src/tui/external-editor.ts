import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import type { FilePlace } from "./transcript/named-files.ts";

function run(
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    // $EDITOR may hold parameters ("code --wait"), so a shell splits it, as every program does.
    const child = spawn("/bin/sh", ["-c", `${command} "$@"`, "sh", ...words], {
      stdio: "inherit",
      env: { ...environment },
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      resolve(code);
    });
  });
}

/** Editors that take the line with the file, and not as `+12` before it. */
const lineForms: readonly (readonly [RegExp, (file: string, line: number) => string[]])[] = [
  [/^(?:code|code-insiders|codium|cursor|windsurf)$/u, (file, line) => ["--goto", `${file}:${line}`]],
  [/^(?:subl|zed|zeditor|hx|helix|mate)$/u, (file, line) => [`${file}:${line}`]],
];

/** What opens a file at a line, for the parameters of the editor that `command` runs. */
export function placeArguments(command: string, { path: file, line }: FilePlace): string[] {
  if (line === null) return [file];
  const name = path.basename(command.trim().split(/\s+/u)[0] ?? "");
  const form = lineForms.find(([pattern]) => pattern.test(name))?.[1];
  return form === undefined ? [`+${line}`, file] : form(file, line);
}

/** What a shell answers where it finds no such program, or may not run it. */
const missingCodes: readonly (number | null)[] = [126, 127];

/** Names the program, and what helps; `kept` is what became of what the person was at. */
function editorFailure(editor: string, code: number | null, kept = ""): AppError {
  const program = editor.trim().split(/\s+/u)[0] ?? "";
  const also = kept === "" ? "" : `; ${kept}`;
  if (missingCodes.includes(code)) {
    const reason = code === 127 ? "was not found" : "could not be run";
    return new AppError("input-output", `the editor ${program} ${reason}`, {
      hint: `set VISUAL or EDITOR to one that is installed and start Crush again${also}`,
    });
  }
  return new AppError("input-output", `the editor ended with ${code === null ? "a signal" : `code ${code}`}`, {
    hint: `${editor} was run${also}`,
  });
}

/** Lets the person look at a file; returns when their editor has ended. The terminal must be free. */
export async function openExternally(
  place: FilePlace,
  options: { readonly editor: string; readonly environment: Readonly<Record<string, string>> },
): Promise<void> {
  const code = await run(options.editor, placeArguments(options.editor, place), options.environment);
  if (code !== 0) throw editorFailure(options.editor, code);
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
    const code = await run(options.editor, [file], options.environment);
    if (code !== 0) throw editorFailure(options.editor, code, "the prompt stays as it was");
    const edited = await readFile(file, "utf8");
    return edited.replace(/\n$/u, "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
