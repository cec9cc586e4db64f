import type { App } from "../app/app.ts";
import type { UiMessage } from "./ui-message.ts";

/** Sessions of earlier runs that the cycling key reaches. */
const recentMax = 20;

/** What earlier runs have left in the project's sessions. */
export function readRecents(app: App): UiMessage {
  return {
    type: "recents-read",
    sessions: app.views.recent(recentMax),
    numbered: app.views.numbered(),
    questions: app.leftQuestions(),
    unseenEnds: app.views.unseenEnds(),
    paused: app.queue.paused(),
  };
}
