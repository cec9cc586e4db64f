import { AppError } from "../../lib/app-error.ts";
import type { MayStop, OpenedProject, ProjectTarget } from "../project-target.ts";
import { hasJobs, isAnyAtWork, type UiState } from "../state.ts";
import type { EffectHandlers, PerformContext } from "./perform-context.ts";

type ProjectEffect = "read-projects" | "check-project" | "open-project" | "search-projects";

/** What the person can act on is told where they chose; one stays. */
function refuse(context: PerformContext, target: ProjectTarget, error: unknown): void {
  if (!(error instanceof AppError)) throw error;
  context.dropTyped();
  context.dispatch({ type: "project-refused", target, text: error.message, hint: error.hint ?? "" });
}

interface Told {
  context: PerformContext | null;
}

/** In a scope of its own, in which nothing else is kept alive by it. */
function lockListener(told: Told, target: ProjectTarget): (holder: string) => void {
  return (holder) => {
    told.context?.dispatch({ type: "project-locked", target, holder });
    told.context?.refresh();
  };
}

/** The listener lives as long as the project that is opened: from then on it holds nothing of this one. */
async function openTold(context: PerformContext, target: ProjectTarget): Promise<OpenedProject> {
  const told: Told = { context };
  try {
    return await context.openProject(target, lockListener(told, target));
  } finally {
    told.context = null;
  }
}

function mustAsk(state: UiState, mayStop: MayStop): boolean {
  return (mayStop !== "all" && isAnyAtWork(state)) || (mayStop === "nothing" && hasJobs(state));
}

/** Opened first, then left for: what can go wrong has gone wrong while this project is still whole. */
async function openAndLeave(context: PerformContext, target: ProjectTarget, mayStop: MayStop): Promise<void> {
  const { session } = context.state();
  if (session !== null) await context.saveDraft(session.id);
  const opened = await openTold(context, target);
  const isWanted = context.state().entering?.target === target;
  const isAsking = isWanted && mustAsk(context.state(), mayStop);
  if (isWanted && !isAsking && context.leaveFor(opened)) return;
  await opened.app.close();
  // Something was begun meanwhile.
  if (!isAsking) return;
  context.dropTyped();
  context.dispatch({ type: "project-found", target });
}

export const projectHandlers: EffectHandlers<ProjectEffect> = {
  "read-projects": (_effect, context) => {
    context.dispatch({ type: "projects-read", projects: context.app.organise.listOtherProjects() });
  },
  "check-project": ({ target }, context) => {
    try {
      context.app.organise.checkOtherProject(target);
    } catch (error) {
      refuse(context, target, error);
      return;
    }
    context.dispatch({ type: "project-found", target });
  },
  "open-project": async ({ target, mayStop }, context) => {
    try {
      await openAndLeave(context, target, mayStop);
    } catch (error) {
      // The person has given it up meanwhile.
      if (error instanceof AppError && context.state().entering?.target !== target) return;
      refuse(context, target, error);
    }
  },
  "search-projects": async ({ query }, context) => {
    await context.app.search.findInOtherProjects(query, (hits) => {
      context.dispatch({ type: "project-searched", query, hits });
      context.refresh();
    });
  },
};
