import { unreachable } from "../../lib/assert.ts";
import { AppError } from "../../lib/app-error.ts";
import { isModelProblem } from "../../app/app.ts";
import type { BinaryPart } from "../../schema/message.ts";
import { expandSelection, selectedText } from "../../term/selection.ts";
import { keyHint, keyLabelOf } from "../commands/shown-keys.ts";
import type { EditorOperation } from "../effect.ts";
import type { OpenSession } from "../state.ts";
import { shownTheme } from "../shown-theme.ts";
import { changeDraft, tellChange } from "./change-draft.ts";
import { loadPromptFiles } from "./load-prompt-files.ts";
import type { EffectHandlers, PerformContext } from "./perform-context.ts";

const pathsMax = 50;

function operate(context: PerformContext, operation: EditorOperation): void {
  const editor = context.editor();
  switch (operation.kind) {
    case "key":
      if (operation.key.name === "up") context.readHistory();
      editor.handleKey(operation.key);
      return;
    case "set":
      editor.setText(operation.text);
      return;
    case "insert":
      editor.insert(operation.text);
      return;
    case "paste":
      editor.paste(operation.text);
      return;
    case "replace-token":
      editor.replaceToken(operation.text);
      return;
    case "remember":
      context.remember(operation.text);
      return;
    case "click":
      editor.click(operation);
      return;
    default:
      unreachable(operation);
  }
}

/** `session`: the one in which it was asked for. */
function attach(context: PerformContext, session: OpenSession, attachment: BinaryPart): void {
  context.dispatch({ type: "attachment-ready", sessionId: session.id, attachment });
  const isImage = attachment.mimeType.startsWith("image/");
  if (isImage && !isModelProblem(session.model) && !session.model.info.supportsImages) {
    const text = `${session.model.info.name} takes no images`;
    context.dispatch({
      type: "notify",
      tone: "warning",
      text,
      hint: keyHint(context.state(), "command models", "chooses another model"),
    });
  }
}

type PromptEffect =
  | "editor"
  | "write-before"
  | "complete-path"
  | "attach-file"
  | "paste-clipboard-image"
  | "open-external-editor"
  | "expand-selection"
  | "copy-selection";

export const promptHandlers: EffectHandlers<PromptEffect> = {
  editor: ({ operation }, context) => {
    operate(context, operation);
    tellChange(context);
  },
  "write-before": ({ sessionId, text }, context) =>
    changeDraft(context, sessionId, (editor) => {
      const written = editor.getText();
      editor.setText(written === "" ? text : `${text}\n${written}`);
    }),
  "complete-path": async ({ query }, context) => {
    const paths = await context.app.completePath(query, pathsMax);
    context.dispatch({ type: "paths-completed", query, paths });
  },
  "attach-file": async ({ path, pastedText }, context) => {
    const { setting, session } = context.state();
    if (session === null) return;
    const { attachFile, resolvePath } = await loadPromptFiles();
    try {
      attach(context, session, await attachFile(resolvePath(path, setting)));
    } catch (error) {
      if (pastedText === null || !(error instanceof AppError)) throw error;
      await changeDraft(context, session.id, (editor) => editor.paste(pastedText));
    }
  },
  "paste-clipboard-image": async (_effect, context) => {
    const { session } = context.state();
    if (session === null) return;
    const { readClipboardImage } = await loadPromptFiles();
    const image = await readClipboardImage(context.app.config.surroundings.childEnvironment);
    if (image.kind === "image") {
      const name = `clipboard_${context.state().nextNumber}.png`;
      const data = image.data.toString("base64");
      attach(context, session, { type: "binary", path: name, mimeType: image.mimeType, data });
    } else if (image.kind === "empty") {
      context.dispatch({ type: "notify", tone: "info", text: "The clipboard holds no image" });
    } else {
      const hint = `install ${image.tried.join(" or ")}, or attach a file with ${keyLabelOf(context.state(), "attach-file") || "/attach"}`;
      context.dispatch({ type: "notify", tone: "warning", text: "The clipboard can’t be read for images", hint });
    }
  },
  "open-external-editor": async (_effect, context) => {
    const { editor, childEnvironment } = context.app.config.surroundings;
    const { session } = context.state();
    if (editor === null || session === null) return;
    const text = context.editor().getText();
    const { editExternally } = await loadPromptFiles();
    const edited = await context.screen.lend(() => editExternally(text, { editor, environment: childEnvironment }));
    await changeDraft(context, session.id, (own) => own.setText(edited));
  },
  "expand-selection": ({ unit }, context) => {
    const frame = context.frame();
    const { selection } = context.state();
    if (frame === null || selection === null) return;
    context.dispatch({ type: "selection-expanded", selection: expandSelection(frame, selection, unit) });
  },
  "copy-selection": (_effect, context) => {
    const frame = context.frame();
    const { selection } = context.state();
    const text =
      frame === null || selection === null ? "" : selectedText(frame, selection, shownTheme(context.state()));
    if (text === "") return;
    context.screen.copyToClipboard(text);
    context.dispatch({ type: "notify", tone: "info", text: "Copied" });
  },
};
