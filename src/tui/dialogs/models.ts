import { isModelProblem } from "../../app/app.ts";
import { span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Change } from "../change.ts";
import { tokenCount } from "../format.ts";
import { highlightMatches } from "../../term/fuzzy-match.ts";
import type { UiState } from "../state.ts";
import { editField, insertIntoField } from "../text-field.ts";
import { useModel } from "../update/use-model.ts";
import type { ModelItem, ModelsDialog } from "./dialog.ts";
import type { DialogKey, DialogModule, DialogView, DialogViewContext } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { type ListRow, listRows } from "./list-rows.ts";
import { clampSelection } from "./list-window.ts";
import { filterModels } from "./model-filter.ts";

/** Rows of the list at most. */
const listedMax = 20;

const filtered = new WeakMap<readonly ModelItem[], { query: string; found: readonly ModelItem[] }>();

function shownModels(dialog: ModelsDialog): readonly ModelItem[] {
  const query = dialog.filter.text;
  const known = filtered.get(dialog.items);
  if (known?.query === query) return known.found;
  const found = filterModels(dialog.items, query);
  filtered.set(dialog.items, { query, found });
  return found;
}

function choose(isDefault: boolean) {
  return (dialog: ModelsDialog, state: UiState): Change => {
    const item = shownModels(dialog)[dialog.selected];
    if (item === undefined) return putDialog(state, dialog);
    return useModel(state, item, { size: dialog.size, isDefault });
  };
}

const keys: readonly DialogKey<ModelsDialog>[] = [
  { source: "models.use", label: "use", run: choose(false) },
  ...selectionKeys<ModelsDialog>((dialog) => shownModels(dialog).length),
  {
    source: "models.size",
    label: "large/small",
    run: (dialog, state) => putDialog(state, { ...dialog, size: dialog.size === "large" ? "small" : "large" }),
  },
  { source: "models.use-always", label: "use, and for new sessions", run: choose(true) },
  closeKey<ModelsDialog>("models", "models.close"),
];

function priceText(item: ModelItem): string {
  const { prices } = item.model;
  if (prices === null) return "price unknown";
  if (prices.input === 0 && prices.output === 0) return "free";
  return `$${prices.input}/$${prices.output}`;
}

function isCurrent(item: ModelItem, state: UiState): boolean {
  const model = state.session?.model;
  if (model === undefined || isModelProblem(model)) return false;
  return model.choice.provider === item.providerId && model.choice.model === item.model.id;
}

function modelRow(item: ModelItem, dialog: ModelsDialog, context: DialogViewContext): ListRow {
  const { theme, state } = context;
  const provider = sanitizeLine(item.providerName);
  const left = [
    ...highlightMatches(`${sanitizeLine(item.model.name)} `, dialog.filter.text, {
      text: isCurrent(item, state) ? theme.accentStrong : theme.text,
      matched: theme.matched,
    }),
    span(provider, theme.muted),
    span(isCurrent(item, state) ? " (in use)" : "", theme.muted),
  ];
  if (!item.isUsable) return { left, right: [span("needs a key", theme.warning)] };
  const window = item.model.contextWindow > 0 ? `${tokenCount(item.model.contextWindow)} ctx` : "";
  const facts = context.area.columns < 60 ? window : `${priceText(item)} ${window.padStart(9)}`;
  return { left, right: [span(facts, theme.muted)] };
}

function view(dialog: ModelsDialog, context: DialogViewContext): DialogView {
  const { theme, area, state } = context;
  const width = Math.min(area.columns, 90);
  const shown = shownModels(dialog);
  const entry = fieldLine(dialog.filter, { label: "Filter: ", placeholder: "model or provider", width, theme });
  const purpose =
    dialog.size === "large"
      ? "For this session’s work (large)"
      : "For titles and other small jobs of all sessions (small)";
  const list = listRows({
    count: shown.length,
    selected: dialog.selected,
    first: state.listFirst,
    width,
    height: Math.max(1, Math.min(area.rows - 4, listedMax)),
    theme,
    empty: "no model matches",
    row: (index) => {
      const item = shown[index];
      return item === undefined ? { left: [] } : modelRow(item, dialog, context);
    },
  });
  return {
    title: "Models",
    width,
    rowsMax: Math.min(dialog.items.length, listedMax) + 3,
    body: [[span(purpose, theme.muted)], entry.line, [], ...list.rows],
    items: [null, null, null, ...list.items],
    cursor: { row: 1, column: entry.column },
  };
}

export const modelsDialog: DialogModule<ModelsDialog> = {
  keys: () => keys,
  type: (dialog, key, state) => {
    const filter = editField(dialog.filter, key);
    return filter === undefined ? undefined : putDialog(state, { ...dialog, filter, selected: 0 });
  },
  paste: (dialog, text, state) =>
    putDialog(state, { ...dialog, filter: insertIntoField(dialog.filter, text), selected: 0 }),
  wheel: (dialog, direction, state) =>
    putDialog(state, { ...dialog, selected: clampSelection(dialog.selected + direction, shownModels(dialog).length) }),
  click: (dialog, item, state) =>
    item === dialog.selected ? choose(false)(dialog, state) : putDialog(state, { ...dialog, selected: item }),
  view,
};
