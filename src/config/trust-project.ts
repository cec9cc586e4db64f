import { withLockFile } from "../lib/lock-file.ts";
import { realPath } from "../lib/real-path.ts";
import { replaceFile } from "../lib/replace-file.ts";
import type { Config } from "./config.ts";
import { readTrust, type TrustFile, trustFile } from "./trust-record.ts";

/** Believes (`hash`) or no longer believes (null) a project's own config. Throws the system's error. */
async function recordTrust(
  globalDataDirectory: string,
  project: { readonly root: string; readonly hash: string | null },
  nowMs: number,
): Promise<void> {
  const file = trustFile(globalDataDirectory);
  await withLockFile(file, async () => {
    const { projects } = readTrust(globalDataDirectory);
    const others = Object.entries(projects).filter(([root]) => root !== project.root);
    const record =
      project.hash === null
        ? []
        : [[project.root, { hash: project.hash, trusted_at: new Date(nowMs).toISOString() }] as const];
    const content: TrustFile = { projects: Object.fromEntries([...others, ...record]) };
    await replaceFile(realPath(file), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  });
}

/** Believes the project's own config as it was read, from the next start on. Throws the system's error. */
export async function trustProject(config: Config, nowMs: number): Promise<void> {
  if (config.trustHash === null) return;
  await recordTrust(config.globalDataDirectory, { root: config.projectRoot, hash: config.trustHash }, nowMs);
}

/** From the next start on, what the project's own config could do counts no more. Throws the system's error. */
export async function distrustProject(config: Config, nowMs: number): Promise<void> {
  await recordTrust(config.globalDataDirectory, { root: config.projectRoot, hash: null }, nowMs);
}
