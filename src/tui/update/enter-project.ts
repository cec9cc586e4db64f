import { type Change, change } from "../change.ts";
import type { MayStop, ProjectTarget } from "../project-target.ts";
import type { UiState } from "../state.ts";

/** Opens the project, and leaves this one for it once it is open. */
export function enterProject(state: UiState, target: ProjectTarget, mayStop: MayStop): Change {
  return change({ ...state, entering: { target, holder: null } }, { type: "open-project", target, mayStop });
}
