import { execFile } from "node:child_process";

/** An image of the system's clipboard, or why there is none. */
export type ClipboardImage =
  | { readonly kind: "image"; readonly data: Buffer; readonly mimeType: "image/png" }
  | { readonly kind: "empty" }
  /** No program that reads the clipboard was found; `tried` names them. */
  | { readonly kind: "unavailable"; readonly tried: readonly string[] };

interface Reader {
  readonly program: string;
  readonly parameters: readonly string[];
  /** AppleScript prints the bytes as `«data PNGf89504E47…»`. */
  readonly isHexadecimal?: true;
}

const readTimeoutMs = 3000;
const sizeBytesMax = 32 * 1024 * 1024;

const wayland: Reader = { program: "wl-paste", parameters: ["--no-newline", "--type", "image/png"] };
const x11: Reader = { program: "xclip", parameters: ["-selection", "clipboard", "-target", "image/png", "-out"] };
const apple: Reader = {
  program: "osascript",
  parameters: ["-e", "the clipboard as «class PNGf»"],
  isHexadecimal: true,
};

function readersOf(platform: NodeJS.Platform): readonly Reader[] {
  return platform === "darwin" ? [apple] : [wayland, x11];
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

function decode(reader: Reader, output: Buffer): Buffer {
  if (reader.isHexadecimal !== true) return output;
  const digits = /«data PNGf([0-9A-F]+)»/u.exec(output.toString("utf8"))?.[1] ?? "";
  return Buffer.from(digits, "hex");
}

type ReadResult = Buffer | "missing" | "failed";

function read(reader: Reader, environment: Readonly<Record<string, string>>): Promise<ReadResult> {
  return new Promise((resolve) => {
    execFile(
      reader.program,
      [...reader.parameters],
      { encoding: "buffer", timeout: readTimeoutMs, maxBuffer: sizeBytesMax, env: { ...environment } },
      (error, stdout) => {
        if (error === null) resolve(decode(reader, stdout));
        else resolve("code" in error && error.code === "ENOENT" ? "missing" : "failed");
      },
    );
  });
}

/** Reads a PNG from the clipboard with the platform's own program. Never throws. */
export async function readClipboardImage(
  environment: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): Promise<ClipboardImage> {
  const readers = readersOf(platform);
  let isAnyThere = false;
  for (const reader of readers) {
    const result = await read(reader, environment);
    if (result === "missing") continue;
    isAnyThere = true;
    if (result !== "failed" && result.subarray(0, pngStart.length).equals(pngStart)) {
      return { kind: "image", data: result, mimeType: "image/png" };
    }
  }
  return isAnyThere ? { kind: "empty" } : { kind: "unavailable", tried: readers.map((reader) => reader.program) };
}
