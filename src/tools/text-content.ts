import { isUtf8 } from "node:buffer";

const byteOrderMark = "\uFEFF";

/** The text of a file, byte-order mark and line ends as they are; undefined for what is not UTF-8 text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes) || bytes.includes(0)) return undefined;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function hasByteOrderMark(text: string): boolean {
  return text.startsWith(byteOrderMark);
}

export function withoutByteOrderMark(text: string): string {
  return hasByteOrderMark(text) ? text.slice(1) : text;
}

/** The line end that a text uses most; `\n` where it has none. */
export function lineEndOf(text: string): "\n" | "\r\n" {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return windows * 2 > all ? "\r\n" : "\n";
}

export function withLineEnd(text: string, lineEnd: "\n" | "\r\n"): string {
  const plain = text.replaceAll("\r\n", "\n");
  return lineEnd === "\n" ? plain : plain.replaceAll("\n", "\r\n");
}

/** A whole new text in the manner of the old one: its byte-order mark, and its line ends where it has Windows's. */
export function inMannerOf(before: string, after: string): string {
  const text = lineEndOf(before) === "\r\n" ? withLineEnd(after, "\r\n") : after;
  return hasByteOrderMark(before) && !hasByteOrderMark(text) ? byteOrderMark + text : text;
}
