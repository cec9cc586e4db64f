import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Surroundings } from "../config/config.ts";
import { textWidth } from "../term/width.ts";
import type { CliIo } from "./io.ts";

const defaultPager = "less -R";

function rowsOf(text: string, columns: number): number {
  // The colours take no room.
  const bare = text.replaceAll(/\u001b\[\d+m/gu, "");
  return bare.split("\n").reduce((rows, line) => rows + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
}

/** True where the pager showed the text; false where it could not be started. */
async function page(text: string, command: string, environment: Readonly<Record<string, string>>): Promise<boolean> {
  const [program = "", ...args] = command.split(/\s+/u).filter((word) => word !== "");
  const child = spawn(program, args, { stdio: ["pipe", "inherit", "inherit"], env: { ...environment } });
  // Whoever quits the pager early closes the pipe.
  child.stdin.on("error", () => undefined);
  const started = new Promise<boolean>((resolve) => {
    child.on("error", () => resolve(false));
    child.on("spawn", () => resolve(true));
  });
  if (!(await started)) return false;
  // The pager takes ctrl+c for itself; this process must outlive it.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  try {
    child.stdin.end(text);
    await once(child, "close");
    return true;
  } finally {
    process.off("SIGINT", ignore);
  }
}

/** Writes a text; through the pager (`$PAGER`, else less) where it is taller than the terminal. */
export async function pageOutput(io: CliIo, text: string, surroundings: Surroundings): Promise<void> {
  const fits = !io.isOutputTerminal || rowsOf(text, io.columns) < io.rows;
  if (fits || !(await page(text, surroundings.pager ?? defaultPager, surroundings.childEnvironment))) io.write(text);
}
