/** Each rule is seen to fail: an offence is planted in a copy of the repository, and the check must name it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CheckOutcome, RepositoryCopy } from "./tidy/repository-copy.ts";

function assertNamed({ exitCode, output }: CheckOutcome, messages: readonly (string | RegExp)[]): void {
  for (const message of messages) {
    const isThere = typeof message === "string" ? output.includes(message) : message.test(output);
    assert.ok(isThere, `"${String(message)}" is missing in:\n${output}`);
  }
  assert.equal(exitCode, 1);
}

for (const stage of ["format", "lint", "types", "dependencies"]) {
  test(`without an offence the copy passes: ${stage}`, () => {
    using copy = new RepositoryCopy();
    const gate = copy.gate(stage);
    assert.equal(gate.exitCode, 0, gate.output);
    assert.match(gate.output, /^1 passed, 0 failed$/mu);
  });
}

test("without an offence the copy passes: the house's rules", () => {
  using copy = new RepositoryCopy();
  const tidy = copy.tidy();
  assert.equal(tidy.exitCode, 0, tidy.output);
});

test("an import against the layers fails", () => {
  using copy = new RepositoryCopy();
  copy.write("src/store/planted-table.ts", "export const plantedTable = 1;\n");
  copy.write(
    "src/lib/planted.ts",
    'import { plantedTable } from "../store/planted-table.ts";\n\nexport const planted = plantedTable;\n',
  );
  assertNamed(copy.gate("dependencies"), [
    "layer-lib: src/lib/planted.ts -> src/store/planted-table.ts; src/lib may import no other layer",
    /^0 passed, 1 failed$/mu,
  ]);
});

test("a circle of imports fails, of types too", () => {
  using copy = new RepositoryCopy();
  copy.write("src/lib/planted-egg.ts", 'import type { Hen } from "./planted-hen.ts";\n\nexport type Egg = Hen[];\n');
  copy.write("src/lib/planted-hen.ts", 'import type { Egg } from "./planted-egg.ts";\n\nexport type Hen = Egg[];\n');
  assertNamed(copy.gate("dependencies"), [/no-cycle: src\/lib\/planted-(?:egg|hen)\.ts -> .*planted.*circle/u]);
});

test("a file of more than 400 lines fails", () => {
  using copy = new RepositoryCopy();
  copy.write("src/lib/planted.ts", "export const planted = 1;\n".repeat(401));
  assertNamed(copy.tidy(), ["src/lib/planted.ts: 401 lines; split it by topic, 400 at most"]);
});

test("a place taken from the module itself fails", () => {
  using copy = new RepositoryCopy();
  copy.write("src/lib/planted.ts", 'export const planted = new URL("planted.json", import.meta.url);\n');
  assertNamed(copy.tidy(), [/src\/lib\/planted\.ts:1: in the compiled program modules lie nowhere/u]);
});

test("one more suppression fails", () => {
  using copy = new RepositoryCopy();
  copy.write("src/lib/planted.ts", "// @ts-expect-error the types are wrong\nexport const planted: number = '';\n");
  assertNamed(copy.tidy(), [
    /type-ignore: \d+, allowed are \d+; solve the cause instead, in one of .*src\/lib\/planted\.ts \(1\)/u,
  ]);
});

test("a suppression that went away must lower the number", () => {
  using copy = new RepositoryCopy();
  copy.write("test/suppressions.json", '{ "type-ignore": 99 }\n');
  assertNamed(copy.tidy(), ["lower the number in test/suppressions.json"]);
});

test("formatter, linter and type checker fail", () => {
  using copy = new RepositoryCopy();
  copy.write(
    "src/lib/planted.ts",
    "export async function planted():Promise<string> { return 1 }\n\nexport function forget(): void {\n  planted();\n}\n",
  );
  const outcome = copy.gate("format", "lint", "types");
  assertNamed(outcome, ["src/lib/planted.ts", "no-floating-promises", "error TS2322", /^0 passed, 3 failed$/mu]);
});

test("contracts, ports, packages and test code are guarded", () => {
  using copy = new RepositoryCopy();
  copy.write("src/providers/planted-wire.ts", 'import "marked";\n\nexport const plantedWire = 1;\n');
  copy.write(
    "src/app/planted.ts",
    'import "../providers/planted-wire.ts";\nimport "marked";\n\nexport const planted = 1;\n',
  );
  copy.write(
    "src/agent/planted.ts",
    'import "node:fs";\nimport "../config/planted.ts";\n\nexport const planted = 1;\n',
  );
  copy.write("src/config/planted.ts", 'import "fast-check";\n\nexport const planted = 1;\n');
  copy.write(
    "src/tui/planted.ts",
    'import "../cli/planted.ts";\nimport "../store/planted.ts";\n\nexport const planted = 1;\n',
  );
  copy.write("src/cli/planted.ts", 'import "../../test/tidy/repository.ts";\n\nexport const planted = 1;\n');
  copy.write("src/extra/planted.ts", "export const planted = 1;\n");
  copy.write("src/planted.ts", "export const planted = 1;\n");
  copy.write("src/store/planted.ts", 'import "./nowhere.ts";\n\nexport const planted = 1;\n');
  assertNamed(copy.gate("dependencies"), [
    "layer-app: src/app/planted.ts -> src/providers/planted-wire.ts",
    "ports-agent: src/agent/planted.ts -> fs",
    "layer-agent: src/agent/planted.ts -> src/config/planted.ts",
    "layer-tui: src/tui/planted.ts -> src/cli/planted.ts",
    "layer-tui: src/tui/planted.ts -> src/store/planted.ts",
    "product-code-alone: src/cli/planted.ts -> test/tidy/repository.ts",
    /no-development-package: src\/config\/planted\.ts -> .*fast-check/u,
    /one-folder-a-package: marked is imported by app, providers/u,
    "not-resolvable: src/store/planted.ts -> ./nowhere.ts",
    "layer-unknown: src/extra/planted.ts is in no layer",
    "layer-unknown: src/planted.ts is in no layer",
  ]);
});

test("unused code fails", () => {
  using copy = new RepositoryCopy();
  copy.write("src/lib/planted.ts", "export const planted = 1;\n");
  copy.append("tools/find-node.ts", "\nexport const plantedExport = 1;\n");
  assertNamed(copy.gate("unused"), ["src/lib/planted.ts", "plantedExport", /^0 passed, 1 failed$/mu]);
});

test("house rules on code fail", () => {
  using copy = new RepositoryCopy();
  copy.write("src/lib/planted-utils.ts", "export const planted = 1;\n");
  copy.write("src/lib/PlantedName.ts", "export const planted = 1;\n");
  copy.write(
    "src/app/planted.ts",
    [
      'export { plantedTable } from "../store/planted.ts";',
      'import { DatabaseSync } from "node:sqlite";',
      'export const query = "select id from sessions";',
      "export const home = process.env.HOME;",
      "export const memory = Bun.nanoseconds();",
      'export const late = import("marked");',
      "export function show(text: string, isLoud: boolean): string {",
      "  // return text;",
      "  // TODO: be loud",
      "  // ==========",
      "  return isLoud ? text : String(DatabaseSync);",
      "}",
      "",
    ].join("\n"),
  );
  copy.write("src/store/planted.ts", "export const plantedTable = `select * from sessions`;\n");
  copy.write(
    "src/app/planted.test.ts",
    'import { test } from "node:test";\n\ntest.only("a", () => {});\ntest("b", { skip: true }, () => {});\n',
  );
  assertNamed(copy.tidy(), [
    'src/lib/planted-utils.ts: "planted-utils.ts" says nothing',
    "src/lib/PlantedName.ts: rename it in kebab-case",
    "src/app/planted.ts:1: import from the file that defines it",
    "src/app/planted.ts:2: open databases through src/store/sqlite.ts",
    "src/app/planted.ts:3: SQL outside src/store",
    "src/app/planted.ts:4: take the value from Config",
    "src/app/planted.ts:5: it must also run on Node",
    "src/app/planted.ts:6: move it to a file named load-<what>.ts",
    "src/app/planted.ts:7: pass an options object",
    "src/app/planted.ts:8: delete it; git keeps what was",
    "src/app/planted.ts:9: do it now",
    "src/app/planted.ts:10: delete it; a part that needs a heading",
    "src/store/planted.ts:1: select * changes with the table",
    "src/app/planted.test.ts:3: remove .only",
    "src/app/planted.test.ts:4: assert what the test is named for",
    "src/app/planted.test.ts:4: a test that never runs proves nothing",
  ]);
});

test("house rules on documents and package files fail", () => {
  using copy = new RepositoryCopy();
  const registry = ["https://registry", "npmjs.org/x.tgz"].join(".");
  copy.append("package-lock.json", `{ "resolved": "${registry}" }\n`);
  copy.write("README.md", "See [this](docs/nowhere.md).\n");
  copy.append("AGENTS.md", "More.\n".repeat(120));
  copy.write("docs/decisions/0099-later.md", "# 0099: Later\n");
  copy.write("docs/notes.md", "Look into /home/jane/crush and /root".concat("/x.\n"));
  copy.write("tools/planted/package.json", '{ "dependencies": { "marked": "^18.0.0" } }\n');
  assertNamed(copy.tidy(), [
    "package-lock.json: install with the .npmrc",
    /package-lock\.json:\d+: leave the registry/u,
    "README.md: show `npm ci && npm start`",
    "README.md: show `npm ci && npm test`",
    "README.md: the link to docs/nowhere.md leads nowhere",
    /AGENTS\.md: \d+ lines; move details to docs/u,
    /docs\/decisions\/0099-later\.md: the next decision is \d{4}-/u,
    "docs/notes.md:1: use a path relative",
    "tools/planted/package.json: pin marked to one version",
  ]);
});

test("a failing test fails the gate, and so does a test file without tests", () => {
  using copy = new RepositoryCopy();
  copy.remove("src");
  copy.write("src/main.ts", "export const planted = 1;\n");
  copy.write("tools/planted.test.ts", "export const planted = 1;\n");
  assertNamed(copy.gate("unit"), ["no test of tools/planted.test.ts was run", /^\d+ passed, [1-9]\d* failed$/mu]);
  copy.write(
    "tools/planted.test.ts",
    'import assert from "node:assert/strict";\nimport { test } from "node:test";\n\ntest("a", () => assert.fail("planted"));\n',
  );
  assertNamed(copy.gate("unit"), ["planted", /^\d+ passed, [1-9]\d* failed$/mu]);
});

test("a story that a document names and no test tells fails", () => {
  using copy = new RepositoryCopy();
  copy.append("docs/stories.md", "| Planted. | `test/stories/turns.test.ts` › a story nobody wrote |\n");
  copy.append("docs/stories.md", "| Bare. | |\n");
  assertNamed(copy.tidy(), ['test/stories/turns.test.ts has no test "a story nobody wrote"', "Bare."]);
});
