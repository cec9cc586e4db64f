import { AppError } from "../../lib/app-error.ts";
import type { CliIo } from "../io.ts";

/** About a million tokens: no model takes more. */
const promptBytesMax = 4 * 1024 * 1024;

function decode(input: Buffer): string {
  if (input.length > promptBytesMax) {
    throw new AppError("prompt-too-large", `the prompt is larger than ${promptBytesMax} bytes`, {
      hint: "hand in less, or name the file in the prompt so that it is read in parts",
    });
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(input);
    if (!text.includes("\0")) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new AppError("input-not-text", "standard input is not text", {
    hint: "convert it to UTF-8, or name the file in the prompt",
  });
}

/**
 * The prompt: what comes from a pipe or file, a blank line, the words. Standard input of another kind (a socket that
 * a parent process left open) is read only where there are no words. Throws AppError `usage` for an empty prompt.
 */
export async function readPrompt(words: readonly string[], io: CliIo): Promise<string> {
  const asked = words.join(" ").trim();
  const isRead = !io.isInputTerminal && (io.isInputPiped || asked === "");
  const input = isRead ? decode(await io.readInput(promptBytesMax)) : "";
  decode(Buffer.from(asked));
  const prompt = [input.trimEnd(), asked].filter((part) => part !== "").join("\n\n");
  if (prompt !== "") return prompt;
  throw new AppError("usage", "no prompt provided", { hint: 'give it as words, or through a pipe: run "…", … | run' });
}
