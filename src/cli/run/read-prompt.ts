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

/** How long a socket may take for its first byte where there is a prompt already: its owner may never close it. */
const firstByteMsMax = 1000;

/**
 * The prompt: what comes from standard input, a blank line, the words. Throws AppError: `usage` for an empty prompt,
 * `prompt-too-large`, `input-not-text`.
 */
export async function readPrompt(words: readonly string[], io: CliIo): Promise<string> {
  const asked = words.join(" ").trim();
  const isBounded = io.inputKind === "socket" && asked !== "";
  const bounds = { sizeBytesMax: promptBytesMax, ...(isBounded && { firstByteMsMax }) };
  const isRead = io.inputKind === "stream" || io.inputKind === "socket";
  const input = isRead ? decode(await io.readInput(bounds)) : "";
  decode(Buffer.from(asked));
  const prompt = [input.trimEnd(), asked].filter((part) => part !== "").join("\n\n");
  if (prompt !== "") return prompt;
  throw new AppError("usage", "no prompt provided", {
    hint: 'give it as words, or through a pipe: crush run "…", … | crush run',
  });
}
