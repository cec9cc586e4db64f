/**
 * What a lasting permission for a command is known by. The same words do something else in another directory (`make
 * test` runs what lies there), so the directory belongs to it; a command alone is meant for the project's root. Absolute
 * paths, links resolved.
 */
export function commandPattern(
  { command, directory }: { readonly command: string; readonly directory: string },
  projectRoot: string,
): string {
  const isAmbiguous = command.startsWith('in "');
  return directory === projectRoot && !isAmbiguous ? command : `in ${JSON.stringify(directory)}: ${command}`;
}
