import type { App } from "../app/app.ts";
import type { CommandContext } from "./command.ts";

/** Opens the project's database for the time of `work`. */
export async function withApp<T>(
  context: Pick<CommandContext, "flags" | "dependencies">,
  work: (app: App) => T | Promise<T>,
): Promise<T> {
  const app = await context.dependencies.openApp({ flags: context.flags });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
