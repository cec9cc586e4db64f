import { maskSecrets } from "../lib/mask-secrets.ts";
import type { BackgroundJobs } from "../tools/tool.ts";
import type { Context } from "./context.ts";

/** Tells watchers what runs in the background of sessions, from now on. */
export function tellJobs({ events, secrets }: Pick<Context, "events" | "secrets">, jobs: BackgroundJobs): void {
  jobs.watch((sessionId, commands) => {
    const known = secrets();
    events.emit({ type: "jobs-changed", sessionId, commands: commands.map((command) => maskSecrets(command, known)) });
  });
}
