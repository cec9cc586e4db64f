import { stat } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import { imageTypeOf } from "../lib/image-type.ts";
import { openFile } from "../lib/open-file.ts";
import type { BinaryPart } from "../schema/message.ts";
import { bytesText } from "./format.ts";
import type { FilePlace } from "./transcript/named-files.ts";

/** What providers take of one image. */
const imageBytesMax = 5 * 1024 * 1024;
const textBytesMax = 1024 * 1024;

function isText(content: Buffer): boolean {
  if (content.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}

export function resolvePath(
  typed: string,
  place: { readonly workingDirectory: string; readonly homeDirectory: string },
): string {
  if (typed === "~" || typed.startsWith("~/")) return path.join(place.homeDirectory, typed.slice(1));
  return path.resolve(place.workingDirectory, typed);
}

/** Of these files the ones that are there, by their absolute paths. */
export async function existingFiles(
  files: readonly FilePlace[],
  place: { readonly workingDirectory: string; readonly homeDirectory: string },
): Promise<FilePlace[]> {
  const found = await Promise.all(
    files.map(async ({ path: typed, line }): Promise<FilePlace[]> => {
      const file = resolvePath(typed, place);
      const facts = await stat(file).catch(() => null);
      return facts?.isFile() === true ? [{ path: file, line }] : [];
    }),
  );
  return found.flat();
}

async function readBounded(file: string): Promise<Buffer> {
  const handle = await openFile(file);
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw new AppError("input-not-text", `${file} is no file`);
    if (facts.size > imageBytesMax) {
      throw new AppError("prompt-too-large", `${file} has ${bytesText(facts.size)}`, {
        hint: `images up to ${bytesText(imageBytesMax)} and texts up to ${bytesText(textBytesMax)} can be attached`,
      });
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Reads a file as an attachment. Throws AppError where it can't be one: missing, too big, neither text nor image. */
export async function attachFile(file: string): Promise<BinaryPart> {
  let content: Buffer;
  try {
    content = await readBounded(file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new AppError("input-output", `${file} can't be read (${code})`, { cause: error });
  }
  const image = imageTypeOf(content);
  if (image === undefined && !isText(content)) {
    throw new AppError("input-not-text", `${file} is neither text nor an image`, {
      hint: "PNG, JPEG, GIF, WebP and UTF-8 text can be attached",
    });
  }
  if (image === undefined && content.length > textBytesMax) {
    throw new AppError("prompt-too-large", `${file} has ${bytesText(content.length)} of text`, {
      hint: "mention it with @ instead: the model reads what it needs",
    });
  }
  return { type: "binary", path: file, mimeType: image ?? "text/plain", data: content.toString("base64") };
}
