import type { DeletionUseCases } from "../../app/deletion.ts";
import { formatSize } from "../../lib/format-size.ts";
import { plural } from "../plural.ts";

/** What a session takes with it, for the question before it is deleted. */
export function whatGoes(facts: ReturnType<DeletionUseCases["facts"]>): string {
  const prompts = facts.prompts === 0 ? "" : `, ${plural(facts.prompts, "waiting prompt")}`;
  return (
    `Its ${plural(facts.messages, "message")}, the versions of ${plural(facts.files, "file")} and ` +
    `${plural(facts.children, "child session")} go for good (${formatSize(facts.sizeBytes)}), with its figures, draft${prompts} ` +
    "and spilled outputs."
  );
}
