/** Which stage runs which test file: each exactly once. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

export type TestStageName = "unit" | "planted" | "integration" | "stories" | "simulation" | "smoke";

export function testStageOf(file: string): TestStageName {
  if (!file.startsWith("test/") || file === "test/tidy.test.ts") return "unit";
  if (file === "test/planted.test.ts") return "planted";
  if (file.startsWith("test/stories/")) return "stories";
  if (file.startsWith("test/simulate/")) return "simulation";
  if (file.startsWith("test/smoke/")) return "smoke";
  return "integration";
}

/** Test files relative to the root, with `/`, sorted. */
export function findTestFiles(root: string): string[] {
  return ["src", "tools", "bench", "test"]
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        path.posix.join(folder, file.replaceAll(path.sep, "/")),
      ),
    )
    .filter(
      (file) => file.endsWith(".test.ts") && !file.includes("node_modules/") && !file.startsWith("test/fixtures/"),
    )
    .toSorted();
}
