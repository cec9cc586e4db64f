/** Commands that change something are asked for, however they are dressed. Here nobody is there to say yes. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { runProgram } from "../harness/run-program.ts";
import { answer, turnRequests, withModel } from "../harness/with-model.ts";

const changing = [
  "env rm -rf keep",
  "ls & rm -rf keep",
  "ls; rm -rf keep",
  "ls\nrm -rf keep",
  "ls && rm -rf keep",
  "ls || rm -rf keep; rm -rf keep",
  "ls | xargs rm -rf keep",
  "echo x > made",
  "echo x >| made",
  "cat < keep/file > made",
  "echo $(touch made)",
  "echo `touch made`",
  'echo "$(touch made)"',
  "cat <(touch made)",
  "echo x | tee made",
  "sh <<'END'\ntouch made\nEND",
  "cat <<END\n$(touch made)\nEND",
  "alias ls='touch made'; ls",
  "ls() { touch made; }; ls",
  "git branch -D gone",
  "git -c alias.x='!touch made' x",
  "git status --porcelain; git checkout -b made",
  "find . -name keep -exec touch made ;",
  "find . -delete",
  "eval 'touch made'",
  "bash -c 'touch made'",
  "sudo -n touch made",
  "timeout 5 touch made",
  "nohup touch made",
  "exec touch made",
  "command touch made",
  "builtin eval 'touch made'",
  "PATH=.:$PATH ls; touch made",
  "LD_PRELOAD=./x ls > made",
  "trap 'touch made' EXIT",
  "sed -i s/a/b/ keep/file",
  "awk 'BEGIN { system(\"touch made\") }'",
  "\\rm -rf keep",
  "r''m -rf keep",
  "$'\\x72m' -rf keep",
  "x=rm; $x -rf keep",
  "{ rm -rf keep; }",
  "(rm -rf keep)",
  "if true; then rm -rf keep; fi",
  "for f in keep; do rm -rf $f; done",
  ": ${x:=$(touch made)}",
  "ls /tmp/../etc; touch made",
  'python3 -c \'open("made","w")\'',
  'node -e \'require("fs").writeFileSync("made","")\'',
  "git diff --output=made",
  "sort -o made keep/file",
];

test("no command of the corpus runs without being asked for", async () => {
  await withModel(async ({ sandbox, server }) => {
    sandbox.writeFile("keep/file", "kept\n");
    const blocks = changing.map((command) => ({
      kind: "tool-call" as const,
      name: "bash",
      input: { description: "do it", command },
    }));
    server.push({ match: { hasTools: true }, blocks }, answer("All were refused."));
    const result = await runProgram({ sandbox, args: ["run", "-q", "--permission", "ask-config", "Do it all"] });
    assert.equal(result.code, 0, result.stderr);
    assert.ok(existsSync(path.join(sandbox.project, "keep", "file")));
    assert.deepEqual(readdirSync(sandbox.project).toSorted(), [".crush", "keep"]);
    const results = (turnRequests(server).at(-1)?.conversation ?? []).filter(({ role }) => role === "tool");
    assert.equal(results.length, changing.length);
    for (const [index, { text }] of results.entries()) {
      assert.match(text, /den(?:y|ied)|permission|not allowed/iu, `${changing[index] ?? ""}: ${text}`);
    }
  });
});

const reading = [
  "ls -la",
  "cat keep/file",
  "grep -rn kept . | head -3",
  "git status --short",
  "wc -l < keep/file",
  "pwd && echo done",
];

test("commands that only read run unasked", async () => {
  await withModel(async ({ sandbox, server }) => {
    sandbox.writeFile("keep/file", "kept\n");
    const blocks = reading.map((command) => ({
      kind: "tool-call" as const,
      name: "bash",
      input: { description: "look", command },
    }));
    server.push({ match: { hasTools: true }, blocks }, answer("All were read."));
    const result = await runProgram({ sandbox, args: ["run", "-q", "--permission", "ask-config", "Look at it all"] });
    assert.equal(result.code, 0, result.stderr);
    const results = (turnRequests(server).at(-1)?.conversation ?? []).filter(({ role }) => role === "tool");
    assert.deepEqual(
      results.filter(({ text }) => /denied|needs? permission/iu.test(text)).map(({ text }) => text),
      [],
    );
    assert.ok(results.some(({ text }) => text.includes("kept")));
  });
});
