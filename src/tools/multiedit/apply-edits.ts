import type { JsonObject } from "../../lib/json.ts";
import { replaceText } from "../edit/replace-text.ts";

export interface EditStep {
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean | undefined;
}

export interface FailedEdit {
  /** From 1. */
  readonly index: number;
  readonly error: string;
  readonly edit: EditStep;
}

export interface AppliedEdits {
  readonly text: string;
  readonly failed: readonly FailedEdit[];
}

/** Applies edits one after the other, each on what the former ones left; a failing one is left out. */
export function applyEdits(text: string, edits: readonly EditStep[], firstIndex: number): AppliedEdits {
  let current = text;
  const failed: FailedEdit[] = [];
  for (const [position, edit] of edits.entries()) {
    const replaced =
      edit.old_string === ""
        ? ({ kind: "problem", message: "old_string must not be empty: only the first edit can create a file" } as const)
        : replaceText(current, {
            oldText: edit.old_string,
            newText: edit.new_string,
            replaceAll: edit.replace_all ?? false,
          });
    if (replaced.kind === "replaced") current = replaced.text;
    else failed.push({ index: firstIndex + position, error: replaced.message, edit });
  }
  return { text: current, failed };
}

export function failedEditJson({ index, error, edit }: FailedEdit): JsonObject {
  const { old_string, new_string, replace_all } = edit;
  return { index, error, edit: { old_string, new_string, ...(replace_all === true ? { replace_all } : {}) } };
}
