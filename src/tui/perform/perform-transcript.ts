import { copyBlocks } from "../transcript/code-blocks.ts";
import { type FilePlace, namedFiles } from "../transcript/named-files.ts";
import { keyHint } from "../commands/shown-keys.ts";
import type { TranscriptPane } from "../transcript-pane.ts";
import { loadPromptFiles } from "./load-prompt-files.ts";
import type { EffectHandlers, PerformContext } from "./perform-context.ts";

type TranscriptEffect =
  | "transcript"
  | "show-message"
  | "click-transcript"
  | "search-transcript"
  | "end-search"
  | "open-file";

function copy(context: PerformContext, text: string, done: string): void {
  if (text === "") return;
  context.screen.copyToClipboard(text);
  context.dispatch({ type: "notify", tone: "info", text: done });
}

/** Which block of which message was copied last, for the next one. */
const copiedBlocks = new WeakMap<TranscriptPane, { readonly key: string; readonly number: number }>();

/** The next code block at each call, from the first again after the last one. */
function copyBlock(context: PerformContext, pane: TranscriptPane): void {
  const item = pane.focusedItem();
  const blocks = item === null ? [] : copyBlocks(item);
  if (item === null || blocks.length === 0) {
    context.dispatch({ type: "notify", tone: "info", text: "There is no code block in this message" });
    return;
  }
  const last = copiedBlocks.get(pane);
  const number = last?.key === item.key ? (last.number + 1) % blocks.length : 0;
  copiedBlocks.set(pane, { key: item.key, number });
  copy(
    context,
    blocks[number] ?? "",
    blocks.length === 1 ? "Block copied" : `Block ${number + 1} of ${blocks.length} copied`,
  );
}

async function openFile(context: PerformContext, file: FilePlace): Promise<void> {
  const { editor, childEnvironment } = context.app.config.surroundings;
  if (editor === null) return;
  const { openExternally } = await loadPromptFiles();
  await context.screen.lend(() => openExternally(file, { editor, environment: childEnvironment }));
}

/** One file that is there is opened at once; of several the person chooses. */
async function openNamedFile(context: PerformContext, pane: TranscriptPane): Promise<void> {
  const item = pane.focusedItem();
  const { existingFiles } = await loadPromptFiles();
  const files = item === null ? [] : await existingFiles(namedFiles(item), context.state().setting);
  // Shown no more: nobody waits for an editor any longer.
  if (context.pane() !== pane) return;
  const [first] = files;
  if (first === undefined) {
    context.dispatch({ type: "notify", tone: "info", text: "This message names no file that is there" });
  } else if (files.length === 1) {
    await openFile(context, first);
  } else {
    context.dispatch({ type: "files-named", files });
  }
}

function toggleLongLines(context: PerformContext, pane: TranscriptPane): void {
  const isCut = pane.toggleLongLines() === "cut";
  const text = isCut ? "Long lines are cut" : "Long lines are wrapped";
  const hint = isCut ? keyHint(context.state(), "command transcript-expand", "shows those of a message whole") : "";
  context.dispatch({ type: "notify", tone: "info", text, hint });
}

export const transcriptHandlers: EffectHandlers<TranscriptEffect> = {
  transcript: ({ operation }, context) => {
    const pane = context.pane();
    if (pane === null) return undefined;
    switch (operation) {
      case "copy":
        copy(context, pane.focusedText(), "Message copied");
        return undefined;
      case "copy-block":
        copyBlock(context, pane);
        return undefined;
      case "open-file":
        return openNamedFile(context, pane);
      case "long-lines":
        toggleLongLines(context, pane);
        return undefined;
      default:
        pane.operate(operation);
        return undefined;
    }
  },
  "show-message": ({ at: { messageId, words } }, context) => {
    const isThere = context.pane()?.showMessage(messageId, words) ?? false;
    context.dispatch({ type: "message-shown", isThere });
  },
  "click-transcript": ({ row, column }, context) => {
    context.pane()?.click(row, column);
  },
  "search-transcript": async ({ query }, context) => {
    const pane = context.pane();
    if (pane === null) return;
    await pane.search(query, () => {
      if (context.pane() !== pane) {
        pane.endSearch();
        return;
      }
      context.refresh();
    });
  },
  "end-search": (_effect, context) => {
    context.pane()?.endSearch();
  },
  "open-file": ({ file }, context) => openFile(context, file),
};
