const syntax = /[\\.+^$()|{}[\]*?]/g;

function escaped(text: string): string {
  return text.replaceAll(syntax, "\\$&");
}

/** End of the bracket expression that starts at `start`, exclusive; -1 where it is not closed. */
function bracketEnd(pattern: string, start: number): number {
  let index = start + 1;
  if (pattern[index] === "!" || pattern[index] === "^") index += 1;
  if (pattern[index] === "]") index += 1;
  const close = pattern.indexOf("]", index);
  return close === -1 ? -1 : close + 1;
}

function bracketSource(text: string): string {
  const body = text.slice(1, -1);
  const isNegated = body.startsWith("!") || body.startsWith("^");
  const members = (isNegated ? body.slice(1) : body).replaceAll(/[\\[\]^]/g, "\\$&");
  return isNegated ? `(?![/${members}])[^/]` : `(?!/)[${members}]`;
}

interface Piece {
  readonly source: string;
  readonly end: number;
}

function starPiece(pattern: string, index: number): Piece {
  if (pattern[index + 1] !== "*") return { source: "[^/]*", end: index + 1 };
  const startsName = index === 0 || pattern[index - 1] === "/";
  if (startsName && pattern[index + 2] === "/") return { source: "(?:[^/]+/)*", end: index + 3 };
  return { source: ".*", end: index + 2 };
}

function bracePiece(pattern: string, index: number): Piece {
  let depth = 0;
  let start = index + 1;
  const alternatives: string[] = [];
  for (let at = index; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === "\\") at += 1;
    else if (character === "{") depth += 1;
    else if (character === "," && depth === 1) {
      alternatives.push(pattern.slice(start, at));
      start = at + 1;
    } else if (character === "}") {
      depth -= 1;
      if (depth > 0) continue;
      alternatives.push(pattern.slice(start, at));
      return { source: `(?:${alternatives.map(globSource).join("|")})`, end: at + 1 };
    }
  }
  return { source: "\\{", end: index + 1 };
}

function nextPiece(pattern: string, index: number): Piece {
  const character = pattern[index] ?? "";
  switch (character) {
    case "*":
      return starPiece(pattern, index);
    case "?":
      return { source: "[^/]", end: index + 1 };
    case "[": {
      const end = bracketEnd(pattern, index);
      return end === -1 ? { source: "\\[", end: index + 1 } : { source: bracketSource(pattern.slice(index, end)), end };
    }
    case "{":
      return bracePiece(pattern, index);
    case "\\":
      return { source: escaped(pattern[index + 1] ?? "\\"), end: index + 2 };
    default:
      return { source: escaped(character), end: index + 1 };
  }
}

function globSource(pattern: string): string {
  let source = "";
  let index = 0;
  while (index < pattern.length) {
    const piece = nextPiece(pattern, index);
    source += piece.source;
    index = piece.end;
  }
  return source;
}

/** Tells whether a path with forward slashes matches as a whole. Knows `*`, `**`, `?`, `[…]`, `{a,b}` and `\`. */
export function globMatcher(pattern: string): (path: string) => boolean {
  const expression = new RegExp(`^${globSource(pattern)}$`, "su");
  return (path) => expression.test(path);
}
