/** In a word of the shell. */
function quoted(path: string): string {
  return /^[\w./~@-]+$/u.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** What a shell opens the session with. `directory` null: it stands there already; `hash` null: no certain session. */
export function openCommand(
  calledAs: string,
  { directory, hash }: { readonly directory: string | null; readonly hash: string | null },
): string {
  return [
    calledAs,
    ...(directory === null ? [] : ["-c", quoted(directory)]),
    ...(hash === null ? [] : ["-s", hash]),
  ].join(" ");
}
