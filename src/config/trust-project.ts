import type { Config } from "./config.ts";
import { recordTrust } from "./trust-record.ts";

/** Believes the project's own config as it was read, from the next start on. Throws the system's error. */
export async function trustProject(config: Config, nowMs: number): Promise<void> {
  if (config.trustHash === null) return;
  await recordTrust(config.globalDataDirectory, { root: config.projectRoot, hash: config.trustHash }, nowMs);
}

/** From the next start on, what the project's own config could do counts no more. Throws the system's error. */
export async function distrustProject(config: Config, nowMs: number): Promise<void> {
  await recordTrust(config.globalDataDirectory, { root: config.projectRoot, hash: null }, nowMs);
}
