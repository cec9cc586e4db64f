/** The rows of every kind that Crush writes, in the database of a sandbox. */
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Sandbox } from "./sandbox.ts";

/** The sandbox's database must exist already: the rows go beside what is in it. */
export function addCrushSample(sandbox: Sandbox): void {
  const database = new DatabaseSync(sandbox.database);
  try {
    database.exec(readFileSync(new URL("../fixtures/crush-sample.sql", import.meta.url), "utf8"));
  } finally {
    database.close();
  }
}

/** Sessions of the sample that a person sees; child sessions and old title sessions are not listed. */
export const sampleSessions = {
  reasoningAndTools: "1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11",
  picturesAndShell: "7f150524-34b9-45df-9e77-69b10f4205b4",
  summarised: "ca02135e-92b1-43f2-8ede-0d7ac3baea9e",
  interrupted: "5affb229-7631-4992-b0ce-583505c6af07",
  empty: "65dc9f50-3f63-4f83-bd05-61e6211c70cf",
} as const;
