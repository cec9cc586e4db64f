import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type PromptFacts, systemPrompt } from "./system-prompt.ts";

const facts: PromptFacts = {
  workingDirectory: "/home/ada/project",
  platform: "linux 6",
  today: "2026-11-23",
  git: { branch: "main", status: " M a.ts", recentCommits: "abc First" },
  contextFiles: [{ path: "/home/ada/project/AGENTS.md", content: "Use tabs." }],
  attribution: { trailer: "Assisted-by: Big", generatedWith: true },
};

describe("systemPrompt", () => {
  test("tells the surroundings, the ending of commits and the project's own instructions", () => {
    const prompt = systemPrompt(facts);
    for (const part of ["/home/ada/project", "linux 6", "2026-11-23", "branch main", " M a.ts", "abc First"]) {
      assert.ok(prompt.includes(part), part);
    }
    assert.match(prompt, /Generated with Crush\nAssisted-by: Big/u);
    assert.match(prompt, /<file path="\/home\/ada\/project\/AGENTS\.md">\nUse tabs\.\n<\/file>$/u);
  });

  test("a clean tree, no repository and no instructions are told as such, or not at all", () => {
    assert.match(systemPrompt({ ...facts, git: { branch: "main", status: "", recentCommits: "" } }), /\(clean\)/u);
    const bare = systemPrompt({
      ...facts,
      git: null,
      contextFiles: [],
      attribution: { trailer: null, generatedWith: false },
    });
    assert.match(bare, /Git: not a repository/u);
    assert.doesNotMatch(bare, /commit message|<file|Status when/u);
    assert.match(bare, /<\/environment>$/u);
  });

  test("the same facts give the same prompt, so that caches hold", () => {
    assert.equal(systemPrompt(facts), systemPrompt({ ...facts }));
  });
});
