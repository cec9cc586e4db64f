import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { asSessionId } from "../schema/ids.ts";
import { outputDirectory, spilledOutputs } from "./spilled-outputs.ts";

test("each session has a folder of its own inside the data directory, which tells whose it is", async (t) => {
  const data = temporaryFolder(t);
  const outputs = spilledOutputs(data);
  assert.deepEqual(await outputs.listSessionIds(), []);
  const ids = ["1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11", "a$$b", "..", "../../x", "Größe 大", "=", "~", ""].map(
    asSessionId,
  );
  for (const id of ids) {
    const folder = outputDirectory(data, id);
    assert.equal(path.dirname(folder), path.join(data, "outputs"), id);
    mkdirSync(folder, { recursive: true });
  }
  assert.deepEqual((await outputs.listSessionIds()).toSorted(), ids.toSorted());
  await outputs.remove(ids.slice(1));
  assert.deepEqual(readdirSync(path.join(data, "outputs")), [ids[0]]);
});

test("an id too long for a name is nobody's orphan, and goes when it is named", async (t) => {
  const data = temporaryFolder(t);
  const outputs = spilledOutputs(data);
  const id = asSessionId("x".repeat(5000));
  mkdirSync(outputDirectory(data, id), { recursive: true });
  assert.deepEqual(await outputs.listSessionIds(), []);
  await outputs.remove([id, asSessionId("never seen")]);
  assert.ok(!existsSync(outputDirectory(data, id)));
});
