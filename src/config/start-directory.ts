/** Where the shell stands that started the program, links resolved; null: it has been removed. */
export function startDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    // Nobody comes back to a directory that is gone.
    return null;
  }
}
