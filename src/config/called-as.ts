/** The name that the program was called by, `crush` or `crush-ts`: what help texts and hints use. */
export function calledAs(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return environment["CRUSH_CALLED_AS"] || "crush-ts";
}
