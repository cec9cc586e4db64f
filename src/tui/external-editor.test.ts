import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { AppError } from "../lib/app-error.ts";
import { editExternally, placeArguments } from "./external-editor.ts";

test("each editor gets the line in its own way", () => {
  const place = { path: "/p/a b.ts", line: 12 };
  assert.deepEqual(placeArguments("vim", place), ["+12", "/p/a b.ts"]);
  assert.deepEqual(placeArguments("/usr/bin/code --wait", place), ["--goto", "/p/a b.ts:12"]);
  assert.deepEqual(placeArguments("hx", place), ["/p/a b.ts:12"]);
  assert.deepEqual(placeArguments("code --wait", { ...place, line: null }), ["/p/a b.ts"]);
});

test("an editor that is missing or may not be run is named, with the remedy; one that fails is told by its code", async (t) => {
  const closed = path.join(temporaryFolder(t), "closed");
  writeFileSync(closed, "#!/bin/sh\n", { mode: 0o600 });
  const failure = async (editor: string): Promise<string> => {
    const error: unknown = await editExternally("text", { editor, environment: { PATH: "/usr/bin:/bin" } }).catch(
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof AppError);
    return `${error.message}: ${error.hint}`;
  };
  const remedy = "set VISUAL or EDITOR to one that is installed and start Crush again; the prompt stays as it was";
  assert.equal(await failure("/nonexistent/ed --wait"), `the editor /nonexistent/ed was not found: ${remedy}`);
  assert.equal(await failure(closed), `the editor ${closed} could not be run: ${remedy}`);
  assert.equal(await failure("exit 3;"), "the editor ended with code 3: exit 3; was run; the prompt stays as it was");
});
