/** The question before sessions are deleted: what goes, and what stays elsewhere. */
import path from "node:path";
import type { DatabaseCopy } from "../../app/backups.ts";
import type { SessionSummary } from "../../app/app.ts";
import { formatSize } from "../../lib/format-size.ts";
import type { SessionId } from "../../schema/ids.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { SpanLine, Style } from "../../term/span-line.ts";
import { span, truncateText, wrapSpans } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { plural } from "../format.ts";
import { itemOf, titleOf } from "./session-list.ts";
import type { GoingSessions, SessionsDialog } from "./sessions-dialog.ts";
import { shownTitle } from "../shown-title.ts";

/** More would push the list away. */
const namedMax = 4;
const titleWidthMax = 36;

export function deleteLines(
  dialog: SessionsDialog,
  { theme, width, backupsKey }: { readonly theme: Theme; readonly width: number; readonly backupsKey: string },
): SpanLine[] {
  const { mode } = dialog;
  if (mode.kind !== "delete") return [];
  const items = mode.ids.flatMap((id) => itemOf(dialog, id) ?? []);
  const wrapped = (text: string, style: Style): SpanLine[] => wrapSpans([span(text, style)], width);
  const { copies } = mode.going ?? { copies: [] };
  return [
    [],
    ...wrapped(`Delete ${namesText(dialog, mode.ids)}?`, theme.warning),
    ...wrapped(`${whatGoes(items, mode)}${atWorkText(items)}`, theme.text),
    ...(copies.length === 0
      ? []
      : wrapped(backupsText(copies, { ...mode, backupsKey }), mode.withBackups ? theme.warning : theme.text)),
    ...wrapped("This can't be undone. Files of the project stay as they are.", theme.muted),
  ];
}

/** A long title is cut where others stand beside it. */
function namesText(dialog: SessionsDialog, ids: readonly SessionId[]): string {
  const room = ids.length === 1 ? Number.POSITIVE_INFINITY : titleWidthMax;
  const names = ids.slice(0, namedMax).map((id) => `“${truncateText(shownTitle(titleOf(dialog, id) ?? ""), room)}”`);
  if (ids.length === 1) return names.join("");
  const more = ids.length - names.length;
  return `${plural(ids.length, "session")}: ${names.join(", ")}${more === 0 ? "" : ` and ${String(more)} more`}`;
}

function whatGoes(
  items: readonly SessionSummary[],
  { ids, going }: { readonly ids: readonly SessionId[]; readonly going: GoingSessions | null },
): string {
  const { messages, files, children, prompts, drafts } = going ?? listedGoing(items);
  const parts = [
    plural(messages, "message"),
    files > 0 && `the history of ${plural(files, "file")}`,
    children > 0 && plural(children, "child session"),
    prompts > 0 && plural(prompts, "waiting prompt"),
    drafts > 0 && (drafts === 1 ? "a draft" : plural(drafts, "draft")),
  ].filter((part) => part !== false);
  const size = going === null ? "" : ` (${formatSize(going.sizeBytes)})`;
  return `${parts.join(", ")} and ${ids.length === 1 ? "its" : "their"} usage figures go${size}.`;
}

/** What the list knows, until the rest is read. */
function listedGoing(items: readonly SessionSummary[]): Omit<GoingSessions, "sizeBytes" | "copies"> {
  const sum = (of: (figures: SessionSummary["figures"]) => number): number =>
    items.reduce((total, { figures }) => total + of(figures), 0);
  return {
    messages: sum(({ messageCount }) => messageCount),
    files: sum(({ files }) => files.changed),
    children: sum(({ childCount }) => childCount),
    prompts: 0,
    drafts: 0,
  };
}

function atWorkText(items: readonly SessionSummary[]): string {
  const atWork = items.filter(({ state }) => ["running", "waiting", "elsewhere"].includes(state)).length;
  if (atWork === 0) return "";
  return items.length === 1
    ? " It is running and will be stopped first."
    : ` ${String(atWork)} of them run and will be stopped first.`;
}

function backupsText(
  copies: readonly DatabaseCopy[],
  {
    ids,
    withBackups,
    backupsKey,
  }: { readonly ids: readonly unknown[]; readonly withBackups: boolean; readonly backupsKey: string },
): string {
  const names = copies.slice(0, namedMax).map(copyName).join(", ");
  const more = copies.length > namedMax ? ` and ${String(copies.length - namedMax)} more` : "";
  const holders = `${plural(copies.length, "backup")} (${names}${more})`;
  if (withBackups) return `${holders} go too, with all else that is in them: ${backupsKey} keeps them.`;
  return `${ids.length === 1 ? "It stays" : "They stay"} in ${holders}: ${backupsKey} removes those too.`;
}

/** A daily one by its day, others by their files' names. */
function copyName({ kind, takenAtMs, path: file }: DatabaseCopy): string {
  return kind === "backup" ? new Date(takenAtMs).toISOString().slice(0, 10) : sanitizeLine(path.basename(file));
}
