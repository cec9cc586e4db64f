import { AppError } from "../../lib/app-error.ts";
import type { PlainContext } from "./plain-context.ts";

/** A line of the table of commands. */
export interface PlainCommand {
  /** What is typed behind `/`. */
  readonly word: string;
  /** What follows it; empty: nothing. */
  readonly argument: string;
  readonly summary: string;
  /** False ends the program. Throws AppError. */
  readonly run: (program: PlainContext, argument: string) => Promise<boolean | undefined> | boolean | undefined;
}

export function usageOf({ word, argument }: Pick<PlainCommand, "word" | "argument">): string {
  return `/${word} ${argument}`.trimEnd();
}

/** Throws usage where nothing was given. */
export function needsArgument(argument: string, usage: string): void {
  if (argument === "") throw new AppError("usage", `something is missing: ${usage}`);
}
