import type { ClipboardImage } from "../../lib/clipboard-image.ts";
import type { existingFiles } from "../attach-file.ts";
import type { openExternally } from "../external-editor.ts";
import type { BinaryPart } from "../../schema/message.ts";

/** What reads files and runs programs for the prompt: nothing of it is needed before the person asks. */
export interface PromptFiles {
  readonly attachFile: (file: string) => Promise<BinaryPart>;
  readonly resolvePath: (typed: string, place: { workingDirectory: string; homeDirectory: string }) => string;
  readonly readClipboardImage: (environment: Readonly<Record<string, string>>) => Promise<ClipboardImage>;
  readonly editExternally: (
    text: string,
    options: { readonly editor: string; readonly environment: Readonly<Record<string, string>> },
  ) => Promise<string>;
  readonly openExternally: typeof openExternally;
  readonly existingFiles: typeof existingFiles;
}

export async function loadPromptFiles(): Promise<PromptFiles> {
  const [{ attachFile, resolvePath, existingFiles }, { readClipboardImage }, { editExternally, openExternally }] =
    await Promise.all([
      import("../attach-file.ts"),
      import("../../lib/clipboard-image.ts"),
      import("../external-editor.ts"),
    ]);
  return { attachFile, resolvePath, readClipboardImage, editExternally, openExternally, existingFiles };
}
