/** Colours of the command line's texts; each function returns its text unchanged where there are to be none. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly accent: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Sixteen-colour codes: the terminal's own palette fits its background, light or dark. */
function code(open: number, close: number): (text: string) => string {
  return (text) => (text === "" ? "" : `\u001b[${open}m${text}\u001b[${close}m`);
}

const colored: Paint = {
  strong: code(1, 22),
  dim: code(2, 22),
  accent: code(36, 39),
  good: code(32, 39),
  bad: code(31, 39),
};

const same = (text: string): string => text;
export const plainPaint: Paint = { strong: same, dim: same, accent: same, good: same, bad: same };

/** Colours only on a terminal that wants them (`NO_COLOR` unset, not `TERM=dumb`). */
export function paintFor(output: {
  readonly isTerminal: boolean;
  readonly noColor: boolean;
  readonly term: string;
}): Paint {
  return output.isTerminal && !output.noColor && output.term !== "dumb" ? colored : plainPaint;
}
