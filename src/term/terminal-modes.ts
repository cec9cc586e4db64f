/**
 * What the program switches on in the terminal, each with what switches it off again. The one list that entering,
 * leaving and the tests share.
 */
interface Mode {
  readonly name: string;
  readonly enter: string;
  readonly leave: string;
}

const csi = "\u001b[";
const osc = "\u001b]";
const stringEnd = "\u001b\\";

const screenModes: readonly Mode[] = [
  { name: "window title kept", enter: `${csi}22;0t`, leave: `${csi}23;0t` },
  { name: "alternate screen", enter: `${csi}?1049h`, leave: `${csi}?1049l` },
  { name: "no automatic line wrap", enter: `${csi}?7l`, leave: `${csi}?7h` },
  { name: "bracketed paste", enter: `${csi}?2004h`, leave: `${csi}?2004l` },
  { name: "focus reports", enter: `${csi}?1004h`, leave: `${csi}?1004l` },
  // Flags are kept for each screen apart: pushed after the alternate screen was entered, popped before it is left.
  { name: "kitty keyboard, disambiguated", enter: `${csi}>1u`, leave: `${csi}<u` },
];

const mouseModes: readonly Mode[] = [
  { name: "mouse buttons", enter: `${csi}?1000h`, leave: `${csi}?1000l` },
  { name: "mouse drag", enter: `${csi}?1002h`, leave: `${csi}?1002l` },
  { name: "mouse coordinates in SGR form", enter: `${csi}?1006h`, leave: `${csi}?1006l` },
];

/** xterm's way to tell ctrl+i from tab, for terminals that do not answer the kitty query. */
export const modifyOtherKeys: Mode = { name: "modifyOtherKeys", enter: `${csi}>4;2m`, leave: `${csi}>4;0m` };

export const beginFrame = `${csi}?2026h`;
export const endFrame = `${csi}?2026l`;
export const hideCursor = `${csi}?25l`;
export const showCursor = `${csi}?25h`;

/** Kitty keyboard flags, background colour, and last what every terminal answers: then no earlier answer is due. */
export const queries = `${csi}?u${osc}11;?${stringEnd}${csi}c`;

export function enterSequence(options: { readonly mouse: boolean }): string {
  const modes = options.mouse ? [...screenModes, ...mouseModes] : screenModes;
  return `${modes.map((mode) => mode.enter).join("")}${hideCursor}${csi}2J${csi}H`;
}

/** Correct in whatever state the terminal is, also in the middle of a frame. */
export function leaveSequence(): string {
  const modes = [...screenModes, ...mouseModes, modifyOtherKeys].toReversed();
  return `${endFrame}${osc}8;;${stringEnd}${csi}0m${modes.map((mode) => mode.leave).join("")}${showCursor}`;
}

/** `title` must be safe text. */
export function titleSequence(title: string): string {
  return `${osc}2;${title}${stringEnd}`;
}

/** Puts a text on the person's clipboard, over SSH too (OSC 52). */
export function clipboardSequence(text: string): string {
  return `${osc}52;c;${Buffer.from(text, "utf8").toString("base64")}${stringEnd}`;
}

/** A notification of the desktop (OSC 9). The words before the text keep it from looking like a progress report. */
export function notificationSequence(text: string): string {
  return `${osc}9;Crush: ${text}${stringEnd}`;
}

export const bell = "\u0007";
