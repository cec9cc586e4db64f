import type { Terminal } from "@xterm/headless";

/** Private modes (DEC) by the name that a failed test shows. */
const modeNames: ReadonlyMap<number, string> = new Map([
  [1, "application cursor keys"],
  [9, "mouse (X10)"],
  [47, "alternate screen"],
  [1000, "mouse"],
  [1002, "mouse drag"],
  [1003, "mouse motion"],
  [1004, "focus events"],
  [1005, "mouse UTF-8 coordinates"],
  [1006, "mouse SGR coordinates"],
  [1007, "alternate scroll"],
  [1015, "mouse urxvt coordinates"],
  [1016, "mouse pixel coordinates"],
  [1047, "alternate screen"],
  [1049, "alternate screen"],
  [2004, "bracketed paste"],
  [2026, "synchronized output"],
  [2027, "grapheme clusters"],
  [2031, "colour scheme reports"],
  [2048, "size reports"],
]);

/** On when a terminal starts; leaving one of them off is as wrong as leaving another on. */
const onAtStart = new Map([
  [7, "line wrap"],
  [25, "cursor"],
]);

function numberAt(parameters: readonly (number | number[])[], index: number): number {
  const value = parameters[index];
  return typeof value === "number" ? value : 0;
}

/** What a program switched on and off, as the terminal saw it. */
export class TerminalModes {
  readonly #on = new Set(onAtStart.keys());
  readonly #kittyFlags: number[] = [];
  #isKeypadApplication = false;
  #modifyOtherKeys = 0;
  #cursorShape = 0;
  #hasScrollRegion = false;

  /** `reply` gets the answers to questions that the terminal underneath does not know. */
  constructor(terminal: Terminal, reply: (text: string) => void) {
    const { parser } = terminal;
    parser.registerCsiHandler({ prefix: "?", final: "h" }, (parameters) => this.#note(parameters, { isOn: true }));
    parser.registerCsiHandler({ prefix: "?", final: "l" }, (parameters) => this.#note(parameters, { isOn: false }));
    parser.registerCsiHandler({ prefix: ">", final: "u" }, (parameters) => {
      this.#kittyFlags.push(numberAt(parameters, 0));
      return true;
    });
    parser.registerCsiHandler({ prefix: "<", final: "u" }, (parameters) => {
      this.#kittyFlags.splice(-Math.max(1, numberAt(parameters, 0)));
      return true;
    });
    parser.registerCsiHandler({ prefix: "=", final: "u" }, (parameters) => {
      this.#kittyFlags.splice(-1, 1, numberAt(parameters, 0));
      return true;
    });
    parser.registerCsiHandler({ prefix: "?", final: "u" }, () => {
      reply(`\u001B[?${this.kittyFlags}u`);
      return true;
    });
    parser.registerCsiHandler({ prefix: ">", final: "m" }, (parameters) => {
      if (numberAt(parameters, 0) === 4) this.#modifyOtherKeys = numberAt(parameters, 1);
      return true;
    });
    parser.registerCsiHandler({ intermediates: " ", final: "q" }, (parameters) => {
      this.#cursorShape = numberAt(parameters, 0);
      return false;
    });
    parser.registerCsiHandler({ final: "r" }, (parameters) => {
      this.#hasScrollRegion = numberAt(parameters, 0) > 1 || ![0, terminal.rows].includes(numberAt(parameters, 1));
      return false;
    });
    parser.registerEscHandler({ final: "=" }, () => this.#setKeypad({ isApplication: true }));
    parser.registerEscHandler({ final: ">" }, () => this.#setKeypad({ isApplication: false }));
    parser.registerEscHandler({ final: "c" }, () => this.#reset());
  }

  get isAlternateScreen(): boolean {
    return [47, 1047, 1049].some((mode) => this.#on.has(mode));
  }

  get isCursorVisible(): boolean {
    return this.#on.has(25);
  }

  /** Inside a synchronized update a real terminal shows the picture from before it. */
  get isInUpdate(): boolean {
    return this.#on.has(2026);
  }

  get isBracketedPaste(): boolean {
    return this.#on.has(2004);
  }

  get hasMouse(): boolean {
    return [9, 1000, 1002, 1003].some((mode) => this.#on.has(mode));
  }

  /** Of the kitty keyboard protocol; 0: off. */
  get kittyFlags(): number {
    return this.#kittyFlags.at(-1) ?? 0;
  }

  /** Names of what differs from a fresh terminal. Empty is what a program must leave behind. */
  leftovers(): string[] {
    const left = [...this.#on].filter((mode) => !onAtStart.has(mode));
    const names = left.map((mode) => modeNames.get(mode) ?? `mode ${mode}`);
    for (const [mode, name] of onAtStart) if (!this.#on.has(mode)) names.push(`no ${name}`);
    if (this.#kittyFlags.length > 0) names.push("kitty keyboard");
    if (this.#modifyOtherKeys > 0) names.push("modifyOtherKeys");
    if (this.#isKeypadApplication) names.push("application keypad");
    if (this.#hasScrollRegion) names.push("scroll region");
    if (this.#cursorShape > 1) names.push(`cursor shape ${this.#cursorShape}`);
    return names;
  }

  #note(parameters: readonly (number | number[])[], state: { readonly isOn: boolean }): boolean {
    for (const mode of parameters) {
      if (typeof mode !== "number") continue;
      if (state.isOn) this.#on.add(mode);
      else this.#on.delete(mode);
    }
    return false;
  }

  #setKeypad(state: { readonly isApplication: boolean }): boolean {
    this.#isKeypadApplication = state.isApplication;
    return false;
  }

  #reset(): boolean {
    this.#on.clear();
    for (const mode of onAtStart.keys()) this.#on.add(mode);
    this.#kittyFlags.length = 0;
    this.#isKeypadApplication = false;
    this.#modifyOtherKeys = 0;
    this.#cursorShape = 0;
    this.#hasScrollRegion = false;
    return false;
  }
}
