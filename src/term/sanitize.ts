/**
 * Makes hostile text inert. Everything that reaches a Span goes through one of these: model text, tool output, file
 * names, titles. What a terminal would obey is shown as a picture instead (`␛`), or taken out where it is expected
 * noise (the colours of a command's output).
 */

/** Anything but printable ASCII and what needs no care: a text without a match is already safe. */
const suspicious =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]/;
const suspiciousLines =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]/;

/** Controls, bidirectional overrides and isolates: what changes a screen or the order of what is read on it. */
const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]/g;

/** Zero-width or invisible characters whose width terminals disagree about, and that carry no glyph. */
const invisible =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\ufeff]|[\u{e0000}-\u{e001f}\u{e0080}-\u{e0fff}]/gu;

/**
 * Escape sequences, whole: CSI, then the string kinds (OSC, DCS, SOS, PM, APC) where they end on the same line (an
 * unended one must not hide what follows), then short ones.
 */
const escapeSequence =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

const tabWidth = 4;

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : "\ufffd";
}

/** Tabs to the next multiple of `tabWidth`, counted in characters since the line's start. */
function expandTabs(text: string): string {
  if (!text.includes("\t")) return text;
  let column = 0;
  let expanded = "";
  for (const piece of text.split(/(\t|\n)/)) {
    if (piece === "\n") column = 0;
    const added = piece === "\t" ? " ".repeat(tabWidth - (column % tabWidth)) : piece;
    if (piece !== "\n") column += added.length;
    expanded += added;
  }
  return expanded;
}

function neutralized(text: string): string {
  return expandTabs(
    text
      .toWellFormed()
      .replaceAll(/[\u2028\u2029]/g, "\n")
      .replaceAll(invisible, ""),
  ).replaceAll(dangerous, picture);
}

/** One line: line breaks become blanks. */
export function sanitizeLine(text: string): string {
  if (!suspicious.test(text)) return text;
  return neutralized(text.replaceAll(/\r\n?|[\n\u2028\u2029]/g, " "));
}

/** Several lines, separated by `\n` alone. */
export function sanitizeLines(text: string): string {
  if (!suspiciousLines.test(text)) return text;
  return neutralized(text.replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
}

/** What a line that a program redrew with carriage returns and backspaces looks like in the end. */
function settledLine(line: string): string {
  let settled = line;
  if (settled.includes("\b")) {
    const kept: string[] = [];
    for (const character of settled) {
      if (character === "\b") kept.pop();
      else kept.push(character);
    }
    settled = kept.join("");
  }
  if (!settled.includes("\r")) return settled;
  const writes = settled.split("\r").filter((write) => write.length > 0);
  let shown = "";
  for (const write of writes) shown = write + shown.slice(write.length);
  return shown;
}

/**
 * Output of a program: escape sequences are taken out, carriage returns and backspaces are played, the rest is
 * neutralised as in `sanitizeLines`.
 */
export function sanitizeOutput(text: string): string {
  if (!suspiciousLines.test(text)) return text;
  const bare = text.replaceAll(escapeSequence, "").replaceAll("\r\n", "\n");
  const settled = /[\r\b]/.test(bare) ? bare.split("\n").map(settledLine).join("\n") : bare;
  return neutralized(settled.replaceAll("\u0007", ""));
}
