/** Finds the text anywhere, as it is; for LIKE with `\` as its escape. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`;
}
