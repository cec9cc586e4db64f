import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import { readWholeFile } from "../../lib/open-file.ts";
import { decodeText } from "../text-content.ts";

/** Larger files are listed by name only. */
const keptBytesMax = 1024 * 1024;
/** All that a snapshot holds; files beyond it are known by their stamp only. */
const heldBytesMax = 24 * 1024 * 1024;
const simultaneousMax = 32;

export type FileShot =
  | { readonly kind: "missing"; readonly stamp: "" }
  | { readonly kind: "text"; readonly stamp: string; readonly text: string }
  /** Binary, too large, a link, or unreadable. */
  | { readonly kind: "other"; readonly stamp: string }
  /** Not read, for there was too much to read. */
  | { readonly kind: "unread"; readonly stamp: string };

const missing: FileShot = { kind: "missing", stamp: "" };

/** Changes whenever the content does, short of a clock that is turned back. */
function stampOf(facts: BigIntStats): string {
  return `${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}:${facts.ino}`;
}

async function statOf(file: string): Promise<BigIntStats | undefined> {
  return lstat(file, { bigint: true }).catch(() => undefined);
}

/** The stamp alone: "" for a file that is not there. */
export async function readStamp(file: string): Promise<string> {
  const facts = await statOf(file);
  return facts === undefined || facts.isDirectory() ? "" : stampOf(facts);
}

export async function shootFile(file: string): Promise<FileShot> {
  const facts = await statOf(file);
  if (facts === undefined || facts.isDirectory()) return missing;
  const stamp = stampOf(facts);
  if (!facts.isFile() || facts.size > keptBytesMax) return { kind: "other", stamp };
  try {
    const text = decodeText(await readWholeFile(file));
    return text === undefined ? { kind: "other", stamp } : { kind: "text", stamp, text };
  } catch {
    return { kind: "other", stamp };
  }
}

/** Reads files a few at a time until the snapshot is full; of the others it keeps the stamp. */
export async function shootFiles(files: readonly string[]): Promise<Map<string, FileShot>> {
  const shots = new Map<string, FileShot>();
  let held = 0;
  for (let start = 0; start < files.length; start += simultaneousMax) {
    const isFull = held >= heldBytesMax;
    await Promise.all(
      files.slice(start, start + simultaneousMax).map(async (file) => {
        const shot = isFull ? ({ kind: "unread", stamp: await readStamp(file) } as const) : await shootFile(file);
        shots.set(file, shot);
        if (shot.kind === "text") held += shot.text.length;
      }),
    );
  }
  return shots;
}
