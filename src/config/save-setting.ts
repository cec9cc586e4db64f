import { readFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import { toFileError } from "../lib/file-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { withLockFile } from "../lib/lock-file.ts";
import { realPath } from "../lib/real-path.ts";
import { replaceFile } from "../lib/replace-file.ts";
import { loadJsoncParser } from "./load-jsonc-parser.ts";
import { configError, readSettingsFile } from "./read-settings-file.ts";

/** One change of a settings file. Undefined removes the key; objects on the way are made. */
export interface SettingChange {
  readonly keys: readonly string[];
  readonly value: JsonValue | undefined;
}

/** Crush may replace the file between our reading and our writing: then the change is made anew on its version. */
const triesMax = 20;

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** What a settings file holds; nothing where it is missing. Throws AppError `config-invalid`. */
export function readSettings(file: string): JsonObject {
  const reading = readSettingsFile(file);
  if (reading.kind === "faulty") throw configError(reading.problems);
  return reading.kind === "read" ? reading.settings : {};
}

/** Where a change lands: below a null or missing object, the whole missing part is one value. */
function place(settings: JsonObject, change: SettingChange): SettingChange | undefined {
  let current: JsonValue | undefined = settings;
  for (const [index, key] of change.keys.entries()) {
    if (!isJsonObject(current) || !Object.hasOwn(current, key) || current[key] === null) {
      if (change.value === undefined) return undefined;
      const rest = change.keys.slice(index + 1);
      const value = rest.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), change.value);
      return { keys: change.keys.slice(0, index + 1), value };
    }
    current = current[key];
  }
  return change;
}

type Editor = Awaited<ReturnType<typeof loadJsoncParser>>;

function edit(editor: Editor, text: string, changes: readonly SettingChange[]): string {
  return changes.reduce((content, change) => {
    const target = place(JSON.parse(content) as JsonObject, change);
    if (target === undefined) return content;
    const formattingOptions = { insertSpaces: true, tabSize: 2 };
    return editor.applyEdits(content, editor.modify(content, [...target.keys], target.value, { formattingOptions }));
  }, text);
}

/** What the changes are depends on what the file holds at that moment. */
export type Changes = (settings: JsonObject) => readonly SettingChange[];

/**
 * Changes single keys of a settings file that other programs write too: everything else in it stays, to the letter. The
 * file is replaced as a whole, 0600. Throws AppError; `config-invalid` where the file is not valid, and stays untouched.
 */
export async function saveSettings(file: string, changes: Changes): Promise<void> {
  const editor = await loadJsoncParser();
  const attempt = async (): Promise<boolean> => {
    const settings = readSettings(file);
    const before = readText(file).replace(/^\uFEFF/u, "");
    const after = edit(editor, before.trim() === "" ? "{}\n" : before, changes(settings));
    if (after === before) return true;
    if (readText(file).replace(/^\uFEFF/u, "") !== before) return false;
    await replaceFile(realPath(file), after, { mode: 0o600 });
    return true;
  };
  try {
    await withLockFile(file, async () => {
      for (let tries = 1; !(await attempt()); tries += 1) {
        if (tries < triesMax) continue;
        throw new AppError("input-output", `cannot save ${file}: other programs keep changing it`);
      }
    });
  } catch (error) {
    throw toFileError(error, `save ${file}`);
  }
}

/** The file that programs write: keys, chosen models, switches of the screen. Crush's too. */
export function globalDataFile(globalDataDirectory: string): string {
  return path.join(globalDataDirectory, "crush.json");
}

/** Changes one key of the global data file, such as `["options", "tui", "compact_mode"]`. Throws AppError. */
export async function saveSetting(globalDataDirectory: string, change: SettingChange): Promise<void> {
  await saveSettings(globalDataFile(globalDataDirectory), () => [change]);
}
