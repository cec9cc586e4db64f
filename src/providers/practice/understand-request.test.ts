import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { understandRequest } from "./understand-request.ts";

/** Names as people give them, with blanks where they are quoted. */
const plainName = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}(?:\/[A-Za-z0-9_-]{1,8}){0,2}\.[a-z]{1,3}$/u);
const word = fc.stringMatching(/^[A-Za-z0-9(){}$+-]{1,10}$/u);

function quotedOrNot(name: string, quote: string): string {
  return `${quote}${name}${quote}`;
}

describe("understandRequest", () => {
  test("list: the whole project or a folder, however it is asked", () => {
    for (const prompt of [
      "list files",
      "List the files.",
      "ls",
      "list",
      "please show me all the files here",
      "show files",
    ]) {
      assert.deepEqual(understandRequest(prompt), { kind: "list", path: "." }, prompt);
    }
    for (const prompt of [
      "list files in src",
      "ls in src",
      "list src",
      'show the files in "src"',
      "list the files in src?",
    ]) {
      assert.deepEqual(understandRequest(prompt), { kind: "list", path: "src" }, prompt);
    }
  });

  test("sessions: made with a title and a prompt, listed, searched, read", () => {
    const make = (title: string, prompt: string | null): object => ({ kind: "make-session", title, prompt });
    for (const [prompt, wanted] of [
      ['make a session for "The docs" and read README.md', make("The docs", "read README.md")],
      ["make a new session for the docs and start on the README there", make("docs", "start on the README")],
      ["Please create another session about parsing.", make("parsing", null)],
      ["list sessions", { kind: "list-sessions" }],
      ["show me all my sessions", { kind: "list-sessions" }],
      ["search sessions for walnut", { kind: "search-sessions", query: "walnut" }],
      ["read session 0e0fd15", { kind: "read-session", session: "0e0fd15" }],
      ["read sessions.txt", { kind: "read", path: "sessions.txt" }],
      ["create session.txt with Hello", { kind: "create", path: "session.txt", content: "Hello" }],
    ] as const) {
      assert.deepEqual(understandRequest(prompt), wanted, prompt);
    }
  });

  test("read: any name, quoted where it has blanks, with or without a full stop", () => {
    fc.assert(
      fc.property(plainName, fc.constantFrom("", '"', "'", "`"), fc.constantFrom("", ".", "?"), (name, quote, end) => {
        for (const verb of ["read", "Show me the file", "open", "cat", "please print"]) {
          const prompt = `${verb} ${quotedOrNot(name, quote)}${end}`;
          assert.deepEqual(understandRequest(prompt), { kind: "read", path: name }, prompt);
        }
      }),
      { seed: 4, numRuns: 100 },
    );
    assert.deepEqual(understandRequest('read "my notes.txt"'), { kind: "read", path: "my notes.txt" });
  });

  test("search: a word, words, or a quoted pattern, everywhere or in a folder", () => {
    assert.deepEqual(understandRequest("search for TODO"), { kind: "search", pattern: "TODO", path: null });
    assert.deepEqual(understandRequest("find two words in src"), { kind: "search", pattern: "two words", path: "src" });
    assert.deepEqual(understandRequest('search for "main(" in src'), { kind: "search", pattern: "main(", path: "src" });
    assert.deepEqual(understandRequest("grep `in src` in 'my dir'."), {
      kind: "search",
      pattern: "in src",
      path: "my dir",
    });
  });

  test("create: what stands after the name is the content, to the letter", () => {
    fc.assert(
      fc.property(plainName, word, word, (name, first, second) => {
        const content = `${first} ${second}!`;
        const wanted = { kind: "create", path: name, content };
        for (const form of [
          `create ${name} with ${content}`,
          `Create a new file "${name}" containing ${content}`,
          `write the file ${name} with the content: ${content}`,
          `please make ${name} saying "${content}"`,
        ]) {
          assert.deepEqual(understandRequest(form), wanted, form);
        }
      }),
      { seed: 5, numRuns: 100 },
    );
    const lines = "create a.md with\n# One\n\nTwo.";
    assert.deepEqual(understandRequest(lines), { kind: "create", path: "a.md", content: "# One\n\nTwo." });
  });

  test("change: both texts and the file, in either order", () => {
    fc.assert(
      fc.property(plainName, fc.tuple(word, word), fc.constantFrom('"', "'", "`"), (name, [before, after], quote) => {
        const wanted = { kind: "change", path: name, before, after };
        for (const form of [
          `change ${quotedOrNot(before, quote)} to ${quotedOrNot(after, quote)} in ${name}`,
          `replace ${before} with ${after} in the file "${name}".`,
          `in ${name}, change ${quotedOrNot(before, quote)} to ${quotedOrNot(after, quote)}`,
        ]) {
          assert.deepEqual(understandRequest(form), wanted, form);
        }
      }),
      { seed: 6, numRuns: 100 },
    );
    const words = 'change "Hello there" to "" in notes.txt';
    assert.deepEqual(understandRequest(words), { kind: "change", path: "notes.txt", before: "Hello there", after: "" });
  });

  test("paths may be quoted as the prompt's @ writes them", () => {
    const path = 'my "odd"\nlist.md';
    const text = String.raw`"my \"odd\"\nlist.md"`;
    assert.deepEqual(understandRequest(`read ${text}`), { kind: "read", path });
    assert.deepEqual(understandRequest(`list files in ${text}`), { kind: "list", path });
    assert.deepEqual(understandRequest(`create ${text} with "a\\n"`), { kind: "create", path, content: "a\\n" });
    assert.deepEqual(understandRequest(`change "a\\" to "b" in ${text}`), {
      kind: "change",
      path,
      before: "a\\",
      after: "b",
    });
  });

  test("run: the command to the letter", () => {
    for (const command of [
      "git status",
      "ls .",
      "echo 'a b' > x",
      'printf "%s\\n" "$HOME"',
      "test -f a && echo b",
      "'a' && 'b'",
    ]) {
      assert.deepEqual(understandRequest(`run ${command}`), { kind: "run", command }, command);
    }
    assert.deepEqual(understandRequest("execute the command: `make test`"), { kind: "run", command: "make test" });
  });

  test("anything else is not understood", () => {
    for (const prompt of [
      "",
      "hello",
      "what does this project do?",
      "create",
      "change a to b",
      "🎉",
      "read the whole thing please",
    ]) {
      assert.deepEqual(understandRequest(prompt), { kind: "unknown" }, prompt);
    }
  });

  test("a huge prompt is decided at once", () => {
    assert.equal(understandRequest(`change ${'" to '.repeat(200_000)}`).kind, "unknown");
    const content = "x ".repeat(500_000).trim();
    assert.deepEqual(understandRequest(`create a.txt with ${content}`), { kind: "create", path: "a.txt", content });
  });
});
