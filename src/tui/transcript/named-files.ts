import { isJsonObject, parseJson } from "../../lib/json.ts";
import { readQuotedPath } from "../../lib/quoted-path.ts";
import { itemText } from "./item-text.ts";
import type { TranscriptItem } from "./transcript-item.ts";

/** A file, and the line in it that is meant; null: none is. */
export interface FilePlace {
  /** As it was written: absolute, or relative to the working directory. */
  readonly path: string;
  readonly line: number | null;
}

/** More than anyone would choose from. */
const filesMax = 40;
/** A path's last part has an ending; `:12` and `:12:5` name the line. Addresses of the web are none. */
const writtenPath = /(?<![\w:/@.-])((?:~?\/|\.{1,2}\/)?(?:[\w@+.-]+\/)*[\w@+-][\w@+.-]*\.[A-Za-z]\w{0,7})(?::(\d+))?/gu;

/** As the prompt's `@` writes it. */
const quotedName = /(?<![^\s([{"'])("(?:[^"\\\n]|\\.){1,1000}")(?::(\d+))?/gu;
const filePath = /\/|\.\w{1,8}$/u;

function ofCall(item: TranscriptItem): FilePlace[] {
  if (item.kind !== "tool") return [];
  const input = parseJson(item.call.input);
  if (!isJsonObject(input)) return [];
  const path = input["file_path"] ?? input["path"];
  if (typeof path !== "string") return [];
  const offset = input["offset"];
  return [{ path, line: typeof offset === "number" && offset > 0 ? offset + 1 : null }];
}

/** The files that an item names: a call's own first, then what stands in its text. Not all of them need exist. */
export function namedFiles(item: TranscriptItem): readonly FilePlace[] {
  const written = [...itemText(item).matchAll(writtenPath)].map(([, path = "", line]): FilePlace => {
    return { path, line: line === undefined ? null : Number(line) };
  });
  const quoted = [...itemText(item).matchAll(quotedName)].flatMap(([, text = "", line]): FilePlace[] => {
    const path = readQuotedPath(text);
    if (path === null || !filePath.test(path)) return [];
    return [{ path, line: line === undefined ? null : Number(line) }];
  });
  const known = new Map<string, FilePlace>();
  for (const place of [...ofCall(item), ...quoted, ...written]) known.set(`${place.path}:${place.line ?? ""}`, place);
  return [...known.values()].slice(0, filesMax);
}
