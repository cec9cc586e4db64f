import { type Change, change, notify, withDesk } from "../change.ts";
import type { DialogTable } from "../dialogs/dialog-module.ts";
import { updateSearchPaste } from "./update-search.ts";
import { withoutQuestions } from "./permission-queue.ts";
import { bytesText } from "../format.ts";
import { shownDesk, topDialog, type UiState } from "../state.ts";
import type { BinaryPart } from "../../schema/message.ts";

/** A paste beyond either becomes an attachment, so that the prompt stays readable. */
const pastedCharactersMax = 2000;
const pastedLinesMax = 10;
/** As the prompt's own: more than any model's window. */
const pastedCharactersLimit = 4_000_000;

function isLong(text: string): boolean {
  if (text.length > pastedCharactersMax) return true;
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines > pastedLinesMax;
}

function textAttachment(name: string, text: string): BinaryPart {
  return { type: "binary", path: name, mimeType: "text/plain", data: Buffer.from(text, "utf8").toString("base64") };
}

/**
 * Terminals give a dropped file as its path: quoted, with escaped blanks, or as a file URL. Undefined: not one path of
 * an image.
 */
export function droppedImagePath(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 4096 || /[\r\n]/u.test(trimmed)) return undefined;
  if (!/\.(?:png|jpe?g|gif|webp)["']?$/iu.test(trimmed)) return undefined;
  const quoted = /^(["'])(?<path>.*)\1$/u.exec(trimmed)?.groups?.["path"];
  if (quoted !== undefined) return quoted;
  if (trimmed.startsWith("file://")) return decoded(trimmed.slice("file://".length));
  if (!/^(?:~?\/|\.{1,2}\/|[A-Za-z]:\\)/u.test(trimmed)) return undefined;
  return trimmed.replaceAll(/\\(.)/gu, "$1");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function typeIn(state: UiState, text: string): Change {
  return change({ ...state, focus: "editor" }, { type: "editor", operation: { kind: "paste", text } });
}

/** A question takes no paste: it belongs to what was there before. */
function pasteBeneath(state: UiState, pasted: string, dialogs: DialogTable): Change {
  const { beneath, questions } = withoutQuestions(state);
  const typed = updatePaste(beneath, pasted, dialogs);
  return change({ ...typed.state, dialogs: [...typed.state.dialogs, ...questions] }, ...typed.effects);
}

export function updatePaste(state: UiState, pasted: string, dialogs: DialogTable): Change {
  const text = pasted.replaceAll(/\r\n?/gu, "\n");
  const dialog = topDialog(state);
  if (dialog?.kind === "permission" && dialog.reply === null) return pasteBeneath(state, pasted, dialogs);
  if (dialog !== undefined) return dialogs(dialog).paste?.(dialog, text, state) ?? change(state);
  const searched = updateSearchPaste(state, text);
  if (searched !== undefined) return searched;
  const { session } = state;
  if (session === null) return typeIn(state, text);
  const image = droppedImagePath(text);
  if (image !== undefined) return change(state, { type: "attach-file", path: image, pastedText: text });
  if (!isLong(text)) return typeIn(state, text);
  if (text.length > pastedCharactersLimit) {
    const size = bytesText(text.length);
    return notify(state, {
      tone: "warning",
      text: `The paste is too large: ${size}`,
      hint: "put it into a file and mention the file with @: the model reads what it needs",
    });
  }
  const attachment = textAttachment(`paste_${state.nextPaste}.txt`, text);
  const attachments = [...shownDesk(state).attachments, attachment];
  return change(withDesk({ ...state, nextPaste: state.nextPaste + 1 }, session.id, { attachments }));
}
