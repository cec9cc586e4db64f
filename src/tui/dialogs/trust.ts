import type { SpanLine } from "../../term/span-line.ts";
import { span, wrapSpans } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { change, closeDialog } from "../change.ts";
import { shortPath } from "../format.ts";
import type { Setting } from "../state.ts";
import type { TrustDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { putDialog, scrolled, scrollKeys } from "./list-keys.ts";

function settingLines(setting: Setting, theme: Theme, width: number): SpanLine[] {
  return setting.untrusted.flatMap(({ file, key, reason }) =>
    wrapSpans(
      [
        span(`${sanitizeLine(shortPath(file, setting))}: `, theme.muted),
        span(sanitizeLine(key), theme.strong),
        span(` – ${sanitizeLine(reason)}`, theme.text),
      ],
      width,
      { firstPrefix: [span("• ", theme.accent)], restPrefix: [span("  ")] },
    ),
  );
}

/** The project's own config wants more than an untrusted one may do. */
export const trustDialog: DialogModule<TrustDialog> = {
  keys: () => [
    {
      source: "trust.trust",
      label: "trust",
      run: (_dialog, state) => change(closeDialog(state, "trust"), { type: "trust-project" }),
    },
    { source: "trust.ignore", label: "go on ignoring", run: (_dialog, state) => change(closeDialog(state, "trust")) },
    ...scrollKeys<TrustDialog>(),
  ],
  wheel: (dialog, direction, state) => putDialog(state, scrolled(dialog, direction, state)),
  view: (dialog, { state, theme, area }) => {
    const width = Math.min(area.columns, 78);
    const { setting } = state;
    const head = `This project’s own config asks for more than a strange project may do. These settings are ignored until you trust it:`;
    const tail =
      "Trust holds for these values as they are now, from the next start on. Do it only if you know who wrote them.";
    return {
      title: "Trust this project?",
      width,
      body: [
        ...wrapSpans([span(head, theme.text)], width),
        [],
        ...settingLines(setting, theme, width),
        [],
        ...wrapSpans([span(tail, theme.warning)], width),
      ],
      scroll: dialog.scroll,
    };
  },
};
