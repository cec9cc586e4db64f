import { line, span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { change } from "../change.ts";
import type { GrantsDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { justChanged } from "./live-choice.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";

/** Lasting permissions of this session and of the project. */
export const grantsDialog: DialogModule<GrantsDialog> = {
  keys: () => [
    ...selectionKeys<GrantsDialog>((dialog) => dialog.items.length),
    {
      source: "grants.revoke",
      label: "revoke",
      unavailable: (dialog) => {
        if (dialog.isShifted === true) return justChanged;
        return dialog.items.length === 0 ? "nothing was granted" : null;
      },
      run: (dialog, state) => {
        const grant = dialog.items[dialog.selected];
        return grant === undefined ? change(state) : change(state, { type: "revoke-grant", grantId: grant.id });
      },
    },
    closeKey<GrantsDialog>("grants", "grants.close"),
  ],
  click: (dialog, item, state) => putDialog(state, { ...dialog, selected: item }),
  view: (dialog, { theme, area, state }) => {
    const width = Math.min(area.columns, 84);
    const list = listRows({
      count: dialog.items.length,
      selected: dialog.selected,
      first: state.listFirst,
      width,
      height: Math.max(1, area.rows - 2),
      theme,
      empty: "nothing was granted for longer than once",
      row: (index) => {
        const grant = dialog.items[index];
        if (grant === undefined) return { left: [] };
        const what = `${grant.tool} ${grant.action} `;
        return {
          left: [span(sanitizeLine(what), theme.strong), span(sanitizeLine(grant.pattern), theme.text)],
          right: [span(grant.scope === "project" ? "project" : "session", theme.muted)],
        };
      },
    });
    return {
      title: "Permissions given",
      width,
      body: [line("These run without asking.", theme.muted), [], ...list.rows],
      items: [null, null, ...list.items],
    };
  },
};
