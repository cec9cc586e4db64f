import type { PermissionAnswer } from "../../schema/permission.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { dialogKeyLabel } from "../commands/shown-keys.ts";
import type { DialogKeyId } from "../commands/dialog-keys.ts";
import { firstSessions } from "../update/update-picker.ts";
import { line, lineWidth, span, wrapSpans } from "../../term/spans.ts";
import { textWidth } from "../../term/width.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { type Change, change, andThen, updateDialog } from "../change.ts";
import { shortPath } from "../format.ts";
import { deskOf, type UiState } from "../state.ts";
import { editField, emptyField, insertIntoField } from "../text-field.ts";
import { closePermission } from "../update/permission-queue.ts";
import type { Effect } from "../effect.ts";
import type { PermissionDialog } from "./dialog.ts";
import type { DialogKey, DialogModule, DialogView, DialogViewContext } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { putDialog, scrolled, scrollKeys } from "./list-keys.ts";
import { moveSelection } from "./list-window.ts";

type Key = DialogKey<PermissionDialog>;

function answer(state: UiState, dialog: PermissionDialog, given: PermissionAnswer): Change {
  const { id, sessionId } = dialog.request;
  const answered: Effect =
    dialog.origin === "left"
      ? { type: "resume-turn", sessionId, requestId: id, answer: given }
      : { type: "answer-permission", requestId: id, answer: given };
  return andThen(change(state, answered), (next) => closePermission(next, { requestId: id }));
}

interface Choice {
  readonly source: DialogKeyId;
  readonly label: string;
  readonly run: Key["run"];
}

const choices: readonly Choice[] = [
  {
    source: "permission.allow-once",
    label: "allow once",
    run: (dialog, state) => answer(state, dialog, { decision: "allow", scope: "once" }),
  },
  {
    source: "permission.allow-session",
    label: "for this session",
    run: (dialog, state) => answer(state, dialog, { decision: "allow", scope: "session" }),
  },
  {
    source: "permission.allow-project",
    label: "for this project",
    run: (dialog, state) => answer(state, dialog, { decision: "allow", scope: "project" }),
  },
  { source: "permission.deny", label: "deny", run: (dialog, state) => answer(state, dialog, { decision: "deny" }) },
  {
    source: "permission.deny-why",
    label: "deny and say why",
    run: (dialog, state) => putDialog(state, { ...dialog, reply: emptyField }),
  },
];

function moveChoice(delta: number) {
  return (dialog: PermissionDialog, state: UiState): Change =>
    putDialog(state, { ...dialog, selected: moveSelection(dialog.selected, delta, choices.length) });
}

const otherDiffMode = { unified: "split", split: "unified" } as const;

const widthMax = 110;
/** Two columns of code need it. */
const splitWidthMin = 130;

/** As chosen, else by the room that the whole screen gives. */
function effectiveDiffMode(state: UiState): "unified" | "split" {
  return state.diffMode ?? (state.size.columns >= splitWidthMin ? "split" : "unified");
}

const askKeys: readonly Key[] = [
  ...choices.map((choice) => ({ source: choice.source, label: "", run: choice.run })),
  { source: "permission.previous", label: "", run: moveChoice(-1) },
  { source: "permission.next", label: "choose", run: moveChoice(1) },
  {
    source: "permission.answer",
    label: "answer",
    run: (dialog, state) => choices[dialog.selected]?.run(dialog, state) ?? change(state),
  },
  {
    source: "permission.diff",
    label: "split/unified",
    run: (_dialog, state) => change({ ...state, diffMode: otherDiffMode[effectiveDiffMode(state)] }),
  },
  {
    source: "permission.full-screen",
    label: "full screen",
    run: (dialog, state) => putDialog(state, { ...dialog, isFullScreen: !dialog.isFullScreen }),
  },
  // Their commands' own keys: the question waits in its session and comes back with it.
  {
    source: "command sessions",
    label: "sessions",
    run: (_dialog, state) => change(state, { type: "read-sessions", limit: firstSessions }),
  },
  ...scrollKeys<PermissionDialog>(),
];

const plainKeys = askKeys.filter(({ source }) => source !== "permission.diff");

function hasDiff({ request }: PermissionDialog): boolean {
  return request.display.blocks.some(({ kind }) => kind === "diff");
}

const replyKeys: readonly Key[] = [
  {
    source: "permission-reply.deny",
    label: "deny with this word",
    run: (dialog, state) => {
      const message = dialog.reply?.text.trim() ?? "";
      return answer(state, dialog, message === "" ? { decision: "deny" } : { decision: "deny", message });
    },
  },
  {
    source: "permission-reply.back",
    label: "back",
    run: (dialog, state) => putDialog(state, { ...dialog, reply: null }),
  },
];

/** Why a question is asked that the person does not expect here. */
const originWords = {
  left: "The program ended while this was asked. Nothing of it has run; your answer takes the turn up.",
  changed: "You allowed something else: what the call would do has changed since. Nothing of it has run.",
} as const;

function head(dialog: PermissionDialog, context: DialogViewContext, width: number): SpanLine[] {
  const { theme, state } = context;
  const { request } = dialog;
  const path = shortPath(request.path, state.setting);
  const where = request.url ?? (path === "." ? "in this project" : path);
  const origin = dialog.origin === null ? [] : wrapSpans([span(originWords[dialog.origin], theme.warning)], width);
  const description = sanitizeLine(request.description);
  const asked = [...origin, ...wrapSpans([span(description, theme.strong)], width)];
  // Often the description is just that.
  if (description === `${sanitizeLine(request.display.title)} ${sanitizeLine(where)}`) return [...asked, []];
  return [
    ...asked,
    ...wrapSpans(
      [span(`${sanitizeLine(request.display.title)} `, theme.accent), span(sanitizeLine(where), theme.muted)],
      width,
    ),
    [],
  ];
}

/** The choices as whole buttons, in as many rows as they need. */
function choiceRows(dialog: PermissionDialog, context: DialogViewContext, width: number): SpanLine[] {
  const { theme } = context;
  const isArmed = context.state.nowMs >= dialog.armedAtMs;
  const rows: SpanLine[] = [[]];
  choices.forEach((choice, index) => {
    // Without their keys while typing is still expected: then no key answers.
    const style = isArmed ? (index === dialog.selected ? theme.selected : theme.text) : theme.muted;
    const button = span(` ${isArmed ? dialogKeyLabel(context.state, choice.source) : "·"} ${choice.label} `, style);
    const row = rows.at(-1) ?? [];
    if (lineWidth(row) + textWidth(button.text) > width && row.length > 0) rows.push([button, span(" ")]);
    else rows[rows.length - 1] = [...row, button, span(" ")];
  });
  return rows;
}

/** Which session asks. */
function titleOf({ request }: PermissionDialog, state: UiState): string {
  const title = sanitizeLine(deskOf(state, request.sessionId).title);
  return title === "" ? "Permission" : `Permission · ${title}`;
}

function view(dialog: PermissionDialog, context: DialogViewContext): DialogView {
  const { theme, area, state } = context;
  const diffMode = effectiveDiffMode(state);
  const width = dialog.isFullScreen
    ? area.columns
    : Math.min(area.columns, diffMode === "split" ? area.columns : widthMax);
  const blocks = context.renderDisplay(dialog.request.display, { theme, width, diffMode });
  const waiting = state.dialogs.filter((open) => open.kind === "permission").length - 1;
  const footer: SpanLine[] = [[]];
  const reply =
    dialog.reply === null
      ? null
      : fieldLine(dialog.reply, { label: "To the model: ", placeholder: "what it should do instead", width, theme });
  if (reply === null) footer.push(...choiceRows(dialog, context, width));
  else footer.push(reply.line);
  if (waiting > 0) footer.push(line(`${waiting} more to answer after this`, theme.muted));
  return {
    title: titleOf(dialog, state),
    width,
    body: [...head(dialog, context, width), ...blocks],
    scroll: dialog.scroll,
    footer,
    ...(reply === null ? {} : { footerCursor: { row: 1, column: reply.column } }),
  };
}

export const permissionDialog: DialogModule<PermissionDialog> = {
  keys: (dialog) => {
    if (dialog.reply !== null) return replyKeys;
    return hasDiff(dialog) ? askKeys : plainKeys;
  },
  type: (dialog, key, state) => {
    if (dialog.reply === null) return undefined;
    const reply = editField(dialog.reply, key);
    return reply === undefined ? undefined : putDialog(state, { ...dialog, reply });
  },
  paste: (dialog, text, state) => {
    if (dialog.reply === null) return change(state);
    const reply = insertIntoField(dialog.reply, text);
    return change(updateDialog(state, "permission", (open) => ({ ...open, reply })));
  },
  wheel: (dialog, direction, state) => putDialog(state, scrolled(dialog, direction * 3, state)),
  view,
};
