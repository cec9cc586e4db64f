import { isJsonObject, type JsonValue, parseJson } from "../lib/json.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import { formatLogTime } from "./format-time.ts";
import type { Paint } from "./paint.ts";

function textOf(value: JsonValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return typeof value === "string" && /[\s"=]/u.test(text) ? JSON.stringify(text) : text;
}

function levelText(level: string, paint: Paint): string {
  const name = level.slice(0, 4).toUpperCase();
  if (name === "ERRO") return paint.bad(name);
  return name === "WARN" ? paint.strong(name) : paint.accent(name);
}

/** A line of the log for reading: time, level, message, fields. Crush's lines too; what is no log line is left out. */
export function formatLogLine(line: string, paint: Paint): string | undefined {
  const entry = parseJson(line);
  if (!isJsonObject(entry)) return undefined;
  const { time, level, msg, source, ...fields } = entry;
  const place = isJsonObject(source)
    ? [["source", `${textOf(source["file"] ?? "")}:${textOf(source["line"] ?? "")}`]]
    : [];
  const pairs = [...Object.entries(fields).map(([key, value]) => [key, textOf(value)]), ...place]
    .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1))
    .map(([key = "", value = ""]) => paint.dim(`${sanitizeLine(key)}=`) + sanitizeLine(value));
  const head = [
    formatLogTime(typeof time === "string" ? time : ""),
    levelText(typeof level === "string" ? level : "", paint),
  ];
  return [...head, sanitizeLine(typeof msg === "string" ? msg : textOf(msg ?? "")), ...pairs].join(" ");
}
