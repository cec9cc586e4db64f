import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import * as fc from "fast-check";
import { diskPaths } from "../../lib/disk-paths.ts";
import { whyNotReadOnly } from "./prove-read-only.ts";

const top = mkdtempSync(path.join(realpathSync(tmpdir()), "judge-"));
const root = path.join(top, "project");
const outside = path.join(top, "outside");
mkdirSync(path.join(root, "src", "deep"), { recursive: true });
mkdirSync(path.join(root, "embedded"), { recursive: true });
mkdirSync(path.join(root, "links"), { recursive: true });
mkdirSync(path.join(root, ".git"));
mkdirSync(outside);
for (const name of ["a.txt", "b.txt", "src/x.ts", "src/y.ts", "embedded/HEAD"]) {
  writeFileSync(path.join(root, name), "");
}
writeFileSync(path.join(outside, "secret.txt"), "");
symlinkSync(path.join(outside, "secret.txt"), path.join(root, "links", "file"));
symlinkSync(outside, path.join(root, "links", "directory"));
symlinkSync("../src", path.join(root, "links", "inner"));

after(() => rmSync(top, { recursive: true }));

function reason(command: string): string | undefined {
  return whyNotReadOnly(command.replaceAll("{root}", root), { directory: root, projectRoot: root, paths: diskPaths });
}

/** `allowed` only read inside the project; `asked` do more, or can't be proven not to. `{root}` stands for the project. */
const corpus = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "../../../test/fixtures/shell-commands.json"), "utf8"),
) as { readonly allowed: readonly string[]; readonly asked: readonly string[] };

describe("commands proven read-only", () => {
  for (const command of corpus.allowed) {
    it(`allows ${JSON.stringify(command)}`, () => assert.equal(reason(command), undefined));
  }
  for (const command of corpus.asked) {
    it(`asks for ${JSON.stringify(command)}`, () => assert.notEqual(reason(command), undefined));
  }

  it("needs the disk to tell where a path leads", () => {
    const blind = { directory: root, projectRoot: root, paths: undefined };
    assert.notEqual(whyNotReadOnly("cat a.txt", blind), undefined);
    assert.equal(whyNotReadOnly("pwd", blind), undefined);
  });

  it("proves nothing that runs outside the project", () => {
    assert.notEqual(whyNotReadOnly("pwd", { directory: outside, projectRoot: root, paths: diskPaths }), undefined);
  });
});

const harmful: fc.Arbitrary<string> = fc.constantFrom(
  "rm x",
  "touch y",
  "git commit -m z",
  "sed -i s/a/b/ f",
  "tee out",
  "$x a",
);
const harmless: fc.Arbitrary<string> = fc.constantFrom(
  "ls",
  "cat a.txt",
  "git status",
  "echo 'quoted; text'",
  "true",
  "[ -f a.txt ]",
);
/** Every place of the language where a command can stand. */
const places: readonly ((harmless: string, harmful: string) => string)[] = [
  (a, b) => `${a}; ${b}`,
  (a, b) => `${b}; ${a}`,
  (a, b) => `${a} && ${b}`,
  (a, b) => `${a} || ${b}`,
  (a, b) => `${a} | ${b}`,
  (a, b) => `${a} |& ${b}`,
  (a, b) => `${a} & ${b}`,
  (a, b) => `${a}\n${b}`,
  (a, b) => `${a} # comment\n${b}`,
  (a, b) => `${a} $(${b})`,
  (a, b) => `${a} "$(${b})"`,
  (a, b) => `${a} \`${b}\``,
  (a, b) => `${a} <(${b})`,
  (a, b) => `${a} \${x:-$(${b})}`,
  (a, b) => `x=$(${b}); ${a}`,
  (a, b) => `${a} <<E\n$(${b})\nE`,
  (a, b) => `cat <<'E'\n${a}\nE\n${b}`,
  (a, b) => `${a} <<< "$(${b})"`,
  (a, b) => `(${a}; ${b})`,
  (a, b) => `{ ${a}; ${b}; }`,
  (a, b) => `if ${a}; then ${b}; fi`,
  (a, b) => `if ${b}; then ${a}; fi`,
  (a, b) => `if ${a}; then ${a}; else ${b}; fi`,
  (a, b) => `while ${a}; do ${b}; done`,
  (a, b) => `for i in 1 2; do ${a}; ${b}; done`,
  (a, b) => `for i in $(${b}); do ${a}; done`,
  (a, b) => `case x in x) ${a};; *) ${b};; esac`,
  (a, b) => `! ${b}; ${a}`,
  (a, b) => `time ${b}; ${a}`,
  (a, b) => `f() { ${b}; }; ${a}; f`,
  (a, b) => `${a}; bash -c '${b.replaceAll("'", "")}'`,
  (a, b) => `${a}; env ${b}`,
  (a, b) => `${a}; timeout 5 ${b}`,
  (a, b) => `find . -exec ${b} \\; ; ${a}`,
  (a, b) => `ls | xargs ${b}; ${a}`,
  (a, b) => `coproc ${b}; ${a}`,
  (a, b) => `${a}; trap '${b.replaceAll("'", "")}' EXIT`,
  (a, b) => `${a}; eval '${b.replaceAll("'", "")}'`,
];

describe("properties of the proof", () => {
  it("finds a harmful command in whatever place, however deep", () => {
    const place = fc.constantFrom(...places);
    const nesting = fc.array(fc.tuple(place, harmless), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(harmful, nesting, (command, layers) => {
        // A comment or a here-document ends a line, so what is built around it starts on a new one.
        const built = layers.reduce((inner, [build, other]) => build(other, `${inner}\n`), command);
        return reason(built) !== undefined;
      }),
      { numRuns: 500 },
    );
  });

  it("never throws, and asks where a redirection to a file is added", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        reason(text);
        return reason(`${text}\nls > f`) !== undefined || text.includes("<<");
      }),
      { numRuns: 500 },
    );
  });

  it("holds for pieces of the shell's syntax in any order", () => {
    const tokens = "ls rm echo $( ) ` \" ' \\ ; & | && || > < << E \n { } ( ) [[ ]] $x ${x} if then fi do done # ! *";
    const token = fc.constantFrom(...tokens.split(" "), "\n", "$((", "))", "<(", "<<'E'");
    fc.assert(
      fc.property(fc.array(token, { maxLength: 20 }), (parts) => {
        const text = parts.join(" ");
        const mayHide = /['"#]|<<|\[\[/.test(text);
        return reason(text) !== undefined || mayHide || !/(^|[;&|\n]) *rm( |$)/.test(text);
      }),
      { numRuns: 2000 },
    );
  });
});
