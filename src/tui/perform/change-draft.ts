import type { SessionId } from "../../schema/ids.ts";
import type { Editor } from "../../term/editor.ts";
import type { PerformContext } from "./perform-context.ts";
import { knownDesk } from "../state.ts";

/** Changes what is written in a session, whichever is shown by now; of one that was deleted meanwhile nothing. */
export async function changeDraft(
  context: PerformContext,
  sessionId: SessionId,
  change: (editor: Editor) => void,
): Promise<void> {
  if (knownDesk(context.state(), sessionId) === undefined) return;
  change(context.editorOf(sessionId));
  if (context.state().session?.id === sessionId) tellChange(context);
  else await context.saveDraft(sessionId);
}

/** The shown session's editor holds something else now. */
export function tellChange(context: PerformContext): void {
  const editor = context.editor();
  context.dispatch({ type: "editor-changed", editor: { text: editor.getText(), token: editor.tokenBeforeCursor() } });
}
