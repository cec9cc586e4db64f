import type { App } from "../../app/app.ts";
import type { DatabaseCopy } from "../../app/backups.ts";
import type { SessionId } from "../../schema/ids.ts";
import { formatSize } from "../../lib/format-size.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { OptionSpec } from "../command.ts";
import type { CliIo } from "../io.ts";

export const backupsOption: OptionSpec = {
  name: "backups",
  summary: "remove the backups that hold it too; with all else that is in them",
};

/** A line for each file, the newest first. */
function lines(copies: readonly DatabaseCopy[]): string {
  return copies.map(({ path, sizeBytes }) => `  ${sanitizeLine(path)} (${formatSize(sizeBytes)})\n`).join("");
}

/** For the question: what becomes of the backups with the text. Empty: no backup holds it. */
export function copiesText(
  copies: readonly DatabaseCopy[],
  /** `how`: what removes them too; the flag of the command line unless told. */
  { isRemoving, how = "--backups" }: { readonly isRemoving: boolean; readonly how?: string },
): string {
  if (copies.length === 0) return "";
  const head = isRemoving
    ? "These backups hold it and go too, with all else that is in them:"
    : `These backups hold it and stay; ${how} removes them too:`;
  return `${head}\n${lines(copies)}`;
}

/** Removes those that hold something of the deleted sessions, or tells of them. Returns those that are gone. */
export async function endCopies(
  app: App,
  io: Pick<CliIo, "writeError">,
  deleted: {
    readonly ids: readonly SessionId[];
    /** That held them before they were deleted. */
    readonly copies: readonly DatabaseCopy[];
    readonly isRemoving: boolean;
    /** The person has been told of them, and has agreed. */
    readonly isKnown: boolean;
  },
): Promise<readonly DatabaseCopy[]> {
  if (!deleted.isRemoving) {
    if (deleted.copies.length > 0 && !deleted.isKnown) {
      io.writeError(`Backups still hold what was deleted; remove them to have it gone:\n${lines(deleted.copies)}`);
    }
    return [];
  }
  // One may have been made meanwhile.
  const known = new Map([...deleted.copies, ...app.backups.holding(deleted.ids)].map((copy) => [copy.path, copy]));
  const copies = [...known.values()];
  await app.backups.remove(copies);
  return copies;
}
