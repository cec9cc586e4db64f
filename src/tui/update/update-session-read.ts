import { isModelProblem } from "../../app/app.ts";
import { type Change, change, notify, andThen, withDesk } from "../change.ts";
import { type Activity, deskOf, type UiState } from "../state.ts";
import type { UiMessage } from "../ui-message.ts";
import { asksForSetup } from "./ask-for-model.ts";
import { openPermission } from "./permission-queue.ts";

type SessionRead = Extract<UiMessage, { type: "session-read" }>;

/** What belongs to the session shown before; a dialog about the whole program stays. */
const sessionDialogs: ReadonlySet<string> = new Set([
  "sessions",
  "permission",
  "details",
  "todos",
  "grants",
  "rename",
  "attachments",
]);

/** What events told of the session is newer than what was read; reading helps where a turn began unseen. */
function activityOf(state: UiState, message: SessionRead): Activity {
  const known = deskOf(state, message.details.session.id).activity;
  return known.kind === "idle" ? message.activity : known;
}

function opened(state: UiState, message: SessionRead): Change {
  const fresh: UiState = {
    ...state,
    focus: "editor",
    completion: null,
    selection: null,
    cancelArmedUntilMs: 0,
    notices: state.notices.filter((notice) => notice.tone !== "error"),
    dialogs: state.dialogs.filter((dialog) => !sessionDialogs.has(dialog.kind)),
  };
  const asked = message.permissions.reduce(
    (first, request) => andThen(first, (next) => openPermission(next, request)),
    change(fresh),
  );
  const { model } = message;
  if (!isModelProblem(model)) return asked;
  if (model.code === "model-missing") return andThen(asked, (next) => asksForSetup(next, model));
  return andThen(asked, (next) =>
    notify(next, { tone: "warning", text: model.message, hint: `${model.hint} (ctrl+l chooses another model)` }),
  );
}

/** The facts of the shown session, read anew; at opening, everything that belongs to the one before is put away. */
export function updateSessionRead(state: UiState, message: SessionRead): Change {
  const { details, model } = message;
  const { id } = details.session;
  const next: UiState = {
    ...withDesk(state, id, {
      activity: activityOf(state, message),
      unseen: null,
      title: details.session.title,
    }),
    session: { id, details, model },
  };
  return message.isOpening ? opened(next, message) : change(next);
}
