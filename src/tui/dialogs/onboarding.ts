import type { LocalServer } from "../../app/app.ts";
import type { ProviderSettings } from "../../schema/model.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { line, span, wrapSpans } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { type Change, change, closeDialog } from "../change.ts";
import { plural } from "../format.ts";
import { filterFuzzy } from "../../term/fuzzy-match.ts";
import type { UiState } from "../state.ts";
import { editField, emptyField, insertIntoField } from "../text-field.ts";
import { useModel } from "../update/use-model.ts";
import type { OnboardingDialog } from "./dialog.ts";
import type { DialogKey, DialogModule, DialogView, DialogViewContext } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";
import { defaultModelItem } from "./model-items.ts";

type Offer =
  | { readonly kind: "key" }
  | { readonly kind: "server"; readonly server: LocalServer }
  | { readonly kind: "practice"; readonly provider: ProviderSettings };

function offers(dialog: OnboardingDialog, state: UiState): Offer[] {
  const servers = (dialog.servers ?? []).map((server) => ({ kind: "server", server }) as const);
  const practice = state.providers.find((provider) => provider.type === "practice");
  return [
    ...servers,
    { kind: "key" },
    ...(practice === undefined ? [] : [{ kind: "practice", provider: practice } as const]),
  ];
}

/** Providers that a key makes usable, those with a usual key variable first. */
function keyProviders(dialog: OnboardingDialog, state: UiState): readonly ProviderSettings[] {
  const candidates = state.providers.filter((provider) => provider.type !== "practice" && provider.models.length > 0);
  return filterFuzzy(candidates, dialog.filter.text, (provider) => `${provider.name} ${provider.id}`);
}

/** Rows of the list of providers at most. */
const listedMax = 16;

const use = { size: "large", isDefault: true } as const;

function take(dialog: OnboardingDialog, state: UiState): Change {
  const offer = offers(dialog, state)[dialog.selected];
  if (offer === undefined) return change(state);
  if (offer.kind === "key") return putDialog(state, { ...dialog, step: "provider", selected: 0, filter: emptyField });
  if (offer.kind === "practice") {
    const item = defaultModelItem(offer.provider, "large");
    return item === undefined ? change(state) : useModel(state, { ...item, isUsable: true }, use);
  }
  const { server } = offer;
  const modelId = server.provider.defaultLargeModelId ?? server.provider.models[0]?.id;
  if (modelId === undefined || state.session === null) return change(state);
  return change(closeDialog(state, "onboarding"), {
    type: "use-server",
    server,
    modelId,
    sessionId: state.session.id,
  });
}

function takeProvider(dialog: OnboardingDialog, state: UiState): Change {
  const provider = keyProviders(dialog, state)[dialog.selected];
  const item = provider === undefined ? undefined : defaultModelItem(provider, "large");
  return item === undefined ? change(state) : useModel(state, item, use);
}

const chooseKeys: readonly DialogKey<OnboardingDialog>[] = [
  { source: "onboarding.choose", label: "choose", run: take },
  ...selectionKeys<OnboardingDialog>((dialog, state) => offers(dialog, state).length),
  closeKey<OnboardingDialog>("onboarding", "onboarding.close", "later"),
];

const providerKeys: readonly DialogKey<OnboardingDialog>[] = [
  { source: "onboarding-provider.choose", label: "choose", run: takeProvider },
  ...selectionKeys<OnboardingDialog>((dialog, state) => keyProviders(dialog, state).length),
  {
    source: "onboarding-provider.back",
    label: "back",
    run: (dialog, state) => putDialog(state, { ...dialog, step: "choose", selected: 0 }),
  },
];

function offerLine(offer: Offer, context: DialogViewContext): SpanLine {
  const { theme } = context;
  if (offer.kind === "key") {
    return [span("Paste a key", theme.strong), span("  of a model provider", theme.muted)];
  }
  if (offer.kind === "practice") {
    return [
      span("Practice model", theme.strong),
      span("  no AI: plain requests, real tools, works offline", theme.muted),
    ];
  }
  const { provider, address } = offer.server;
  const models = plural(provider.models.length, "model");
  return [
    span(sanitizeLine(provider.name), theme.strong),
    span(`  found at ${sanitizeLine(address)}, ${models}`, theme.muted),
  ];
}

function chooseView(dialog: OnboardingDialog, context: DialogViewContext): DialogView {
  const { theme, area, state } = context;
  const width = Math.min(area.columns, 74);
  const all = offers(dialog, state);
  const list = listRows({
    count: all.length,
    selected: dialog.selected,
    first: state.listFirst,
    width,
    height: Math.max(1, area.rows - 5),
    theme,
    empty: "",
    row: (index) => {
      const offer = all[index];
      return { left: offer === undefined ? [] : offerLine(offer, context) };
    },
  });
  const head = wrapSpans([span("No model is set up yet. What shall this session run on?", theme.text)], width);
  const tail = dialog.servers === null ? [[], line("looking for model servers on this machine…", theme.muted)] : [];
  return {
    title: "Welcome",
    width,
    body: [...head, [], ...list.rows, ...tail],
    items: [...head.map(() => null), null, ...list.items, ...tail.map(() => null)],
  };
}

function providerView(dialog: OnboardingDialog, context: DialogViewContext): DialogView {
  const { theme, area, state } = context;
  const width = Math.min(area.columns, 74);
  const shown = keyProviders(dialog, state);
  const entry = fieldLine(dialog.filter, { label: "Filter: ", placeholder: "provider", width, theme });
  const list = listRows({
    count: shown.length,
    selected: dialog.selected,
    first: state.listFirst,
    width,
    height: Math.max(1, Math.min(area.rows - 3, listedMax)),
    theme,
    empty: "no provider matches",
    row: (index) => {
      const provider = shown[index];
      if (provider === undefined) return { left: [] };
      const note = provider.apiKey === null ? (provider.keyVariable ?? "") : "has a key";
      return { left: [span(sanitizeLine(provider.name), theme.text)], right: [span(sanitizeLine(note), theme.muted)] };
    },
  });
  return {
    title: "Whose key do you have?",
    width,
    rowsMax: Math.min(state.providers.length, listedMax) + 2,
    body: [entry.line, [], ...list.rows],
    items: [null, null, ...list.items],
    cursor: { row: 0, column: entry.column },
  };
}

export const onboardingDialog: DialogModule<OnboardingDialog> = {
  keys: (dialog) => (dialog.step === "choose" ? chooseKeys : providerKeys),
  type: (dialog, key, state) => {
    if (dialog.step === "choose") return undefined;
    const filter = editField(dialog.filter, key);
    return filter === undefined ? undefined : putDialog(state, { ...dialog, filter, selected: 0 });
  },
  paste: (dialog, text, state) =>
    dialog.step === "choose"
      ? change(state)
      : putDialog(state, { ...dialog, filter: insertIntoField(dialog.filter, text), selected: 0 }),
  click: (dialog, item, state) => {
    const chosen = { ...dialog, selected: item };
    return dialog.step === "choose" ? take(chosen, state) : takeProvider(chosen, state);
  },
  view: (dialog, context) => (dialog.step === "choose" ? chooseView(dialog, context) : providerView(dialog, context)),
};
