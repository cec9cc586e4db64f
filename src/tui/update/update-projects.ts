/** The list of the other projects, and going to one of them. */
import { type Change, change, notify, openDialog, updateDialog } from "../change.ts";
import type { ProjectsDialog } from "../dialogs/dialog.ts";
import { searchLengthMin } from "../dialogs/sessions-dialog.ts";
import { hasJobs, isAnyAtWork, topDialog, type UiState } from "../state.ts";
import { emptyField } from "../text-field.ts";
import type { UiMessage } from "../ui-message.ts";
import { enterProject } from "./enter-project.ts";

type MessageOf<T extends UiMessage["type"]> = Extract<UiMessage, { type: T }>;

function projectsOf(state: UiState): ProjectsDialog | undefined {
  return state.dialogs.find((dialog) => dialog.kind === "projects");
}

/** What is typed rests: the databases of the other projects are looked through. */
export function searchProjects(state: UiState): Change {
  const query = projectsOf(state)?.filter.text ?? "";
  if (query.trim().length < searchLengthMin) return change(state);
  return change(state, { type: "search-projects", query });
}

function onFound(state: UiState, { target }: MessageOf<"project-found">): Change {
  if (!isAnyAtWork(state) && !hasJobs(state)) return enterProject(state, target, "nothing");
  return change(openDialog({ ...state, entering: null }, { kind: "quit", target }));
}

/** It is said in the list, as long as that is open. */
function onRefused(state: UiState, { target, text, hint }: MessageOf<"project-refused">): Change {
  const stayed = { ...state, entering: null };
  if (topDialog(stayed)?.kind !== "projects") return notify(stayed, { tone: "error", text, hint });
  const refusal = { target, text: hint === "" ? text : `${text} ${hint}` };
  return change(updateDialog(stayed, "projects", (dialog) => ({ ...dialog, refusal })));
}

function onLocked(state: UiState, { target, holder }: MessageOf<"project-locked">): Change {
  return change(state.entering?.target === target ? { ...state, entering: { target, holder } } : state);
}

function onSearched(state: UiState, { query, hits }: MessageOf<"project-searched">): Change {
  return change(
    updateDialog(state, "projects", (dialog) => {
      if (dialog.filter.text !== query) return dialog;
      const before = dialog.said?.query === query ? dialog.said.found : [];
      return { ...dialog, said: { query, found: [...before, hits] } };
    }),
  );
}

export function updateProjects(state: UiState, message: UiMessage): Change | undefined {
  switch (message.type) {
    case "projects-read": {
      const { projects } = message;
      const list = { kind: "projects", projects, filter: emptyField, selected: 0, said: null, refusal: null } as const;
      return change(openDialog(state, list));
    }
    case "project-found":
      return onFound(state, message);
    case "project-refused":
      return onRefused(state, message);
    case "project-locked":
      return onLocked(state, message);
    case "project-searched":
      return onSearched(state, message);
    default:
      return undefined;
  }
}
