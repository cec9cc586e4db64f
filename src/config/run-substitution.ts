/** Nearly no config names a program, and start-up counts: node:child_process is loaded when the first one runs. */
import { ExpansionError, expansionSteps, type VariableLookup } from "./expand-value.ts";

/** As long as Crush waits: a password manager may ask its owner first. */
const timeoutMs = 5 * 60 * 1000;
const outputBytesMax = 1024 * 1024;
const errorTextMax = 512;

export interface SubstitutionPlace {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

function lookupIn(environment: Readonly<Record<string, string>>): VariableLookup {
  return (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
}

function shell(script: string): { readonly file: string; readonly args: string[] } {
  return { file: "sh", args: ["-c", script] };
}

/** The program's words about its failure, cut short and without control characters; never its output, which may be a key. */
function failure(script: string, code: number | string | null, errorText: string): ExpansionError {
  const words = errorText
    .slice(0, errorTextMax)
    .replaceAll(/[^\t\n\x20-\x7e]/gu, "?")
    .trim();
  return new ExpansionError(`$(${script}) failed (${String(code)})${words === "" ? "" : `: ${words}`}`);
}

function runAsync(script: string, place: SubstitutionPlace): Promise<string> {
  const { file, args } = shell(script);
  const options = {
    cwd: place.workingDirectory,
    env: { ...place.environment },
    timeout: timeoutMs,
    maxBuffer: outputBytesMax,
    encoding: "utf8",
  } as const;
  return new Promise((resolve, reject) => {
    const child = process
      .getBuiltinModule("node:child_process")
      .execFile(file, args, options, (error, output, errorText) => {
        if (error === null) resolve(output);
        else reject(failure(script, error.code ?? error.signal ?? null, errorText));
      });
    child.stdin?.end();
  });
}

function runAtOnce(script: string, place: SubstitutionPlace): string {
  const { file, args } = shell(script);
  const result = process.getBuiltinModule("node:child_process").spawnSync(file, args, {
    cwd: place.workingDirectory,
    env: { ...place.environment },
    timeout: timeoutMs,
    maxBuffer: outputBytesMax,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (result.status === 0) return result.stdout;
  throw failure(script, result.status ?? result.signal ?? result.error?.message ?? null, result.stderr ?? "");
}

/** Expands a template of a trusted file, running its programs one after the other. Rejects with ExpansionError. */
export async function expandWithPrograms(template: string, place: SubstitutionPlace): Promise<string> {
  const steps = expansionSteps(template, lookupIn(place.environment));
  let step = steps.next();
  while (step.done !== true) step = steps.next(await runAsync(step.value, place));
  return step.value;
}

/** The same, waiting: only for `env`, whose values a child process needs before it starts. */
export function expandWithProgramsAtOnce(template: string, place: SubstitutionPlace): string {
  const steps = expansionSteps(template, lookupIn(place.environment));
  let step = steps.next();
  while (step.done !== true) step = steps.next(runAtOnce(step.value, place));
  return step.value;
}
