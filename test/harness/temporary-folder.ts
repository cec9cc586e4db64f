import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";

/** An empty folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "crush-test-")));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
