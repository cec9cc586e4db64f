import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { diskPaths } from "../lib/disk-paths.ts";
import { asSessionId, asToolCallId } from "../schema/ids.ts";
import type { Grant, PermissionRequest } from "../schema/permission.ts";
import { judgePermission } from "./judge.ts";
import type { PermissionRules } from "./policy.ts";

const root = mkdtempSync(path.join(realpathSync(tmpdir()), "judge-"));
symlinkSync("/etc", path.join(root, "link"));
after(() => rmSync(root, { recursive: true }));

const rules: PermissionRules = { allowAll: false, allowedTools: [], grants: [], projectRoot: root, paths: diskPaths };

function request(facts: Partial<PermissionRequest>): PermissionRequest {
  return {
    id: "r",
    sessionId: asSessionId("s"),
    toolCallId: asToolCallId("c"),
    tool: "bash",
    action: "execute",
    path: root,
    description: "",
    display: { title: "", subject: "", blocks: [] },
    ...facts,
  };
}

function grant(facts: Partial<Grant>): Grant {
  return {
    id: "g",
    scope: "session",
    sessionId: asSessionId("s"),
    tool: "bash",
    action: "execute",
    pattern: "rm x",
    createdAtMs: 0,
    ...facts,
  };
}

function verdict(facts: Partial<PermissionRequest>, changed: Partial<PermissionRules> = {}): string {
  return judgePermission(request(facts), { ...rules, ...changed }).verdict;
}

describe("judgePermission", () => {
  it("asks for what changes something, allows what only reads", () => {
    assert.equal(verdict({ command: "rm x" }), "ask");
    assert.equal(verdict({ command: "ls" }), "allow");
    assert.equal(verdict({ tool: "write", action: "write", path: path.join(root, "a") }), "ask");
    assert.equal(verdict({ tool: "fetch", action: "fetch", url: "https://example.com/x" }), "ask");
    assert.equal(verdict({ tool: "view", action: "read", path: path.join(root, "a") }), "allow");
    assert.equal(verdict({ tool: "ls", action: "list", path: "/etc" }), "ask");
  });

  it("follows links before it takes a path for one inside", () => {
    assert.equal(verdict({ tool: "view", action: "read", path: path.join(root, "link", "passwd") }), "ask");
    assert.equal(verdict({ tool: "view", action: "read", path: `${root}-other/a` }), "ask");
  });

  it("allows everything under --yolo, and what configuration names", () => {
    assert.equal(verdict({ command: "rm x" }, { allowAll: true }), "allow");
    assert.equal(verdict({ command: "rm x" }, { allowedTools: ["bash"] }), "allow");
    assert.equal(verdict({ command: "rm x" }, { allowedTools: ["bash:execute"] }), "allow");
    assert.equal(verdict({ command: "rm x" }, { allowedTools: ["bash:read", "edit"] }), "ask");
  });

  it("takes a granted command exactly", () => {
    assert.equal(verdict({ command: "rm x" }, { grants: [grant({})] }), "allow");
    assert.equal(verdict({ command: "rm x y" }, { grants: [grant({})] }), "ask");
    assert.equal(verdict({ command: "rm x; ls" }, { grants: [grant({})] }), "ask");
  });

  it("takes a granted command in its directory only", () => {
    const inClone = grant({ pattern: 'in "/tmp/clone": make test' });
    assert.equal(verdict({ command: "make test", path: "/tmp/clone" }, { grants: [inClone] }), "allow");
    assert.equal(verdict({ command: "make test", path: "/tmp/clone2" }, { grants: [inClone] }), "ask");
    assert.equal(verdict({ command: "make test" }, { grants: [inClone] }), "ask");
    assert.equal(verdict({ command: 'in "/tmp/clone": make test' }, { grants: [inClone] }), "ask");
    const inRoot = grant({ pattern: "make test" });
    assert.equal(verdict({ command: "make test" }, { grants: [inRoot] }), "allow");
    assert.equal(verdict({ command: "make test", path: "/tmp/clone" }, { grants: [inRoot] }), "ask");
    assert.equal(verdict({ command: "make test", path: path.join(root, "sub") }, { grants: [inRoot] }), "ask");
  });

  it("keeps a session's grant to that session", () => {
    const other = asSessionId("other");
    assert.equal(verdict({ command: "rm x", sessionId: other }, { grants: [grant({})] }), "ask");
    const forProject = grant({ scope: "project", sessionId: null });
    assert.equal(verdict({ command: "rm x", sessionId: other }, { grants: [forProject] }), "allow");
  });

  it("takes a granted directory for all that lies under it, for that tool and action", () => {
    const grants = [grant({ tool: "edit", action: "write", pattern: path.join(root, "src") })];
    assert.equal(verdict({ tool: "edit", action: "write", path: path.join(root, "src/a/b.ts") }, { grants }), "allow");
    assert.equal(verdict({ tool: "edit", action: "write", path: path.join(root, "srcs/a.ts") }, { grants }), "ask");
    assert.equal(verdict({ tool: "write", action: "write", path: path.join(root, "src/a.ts") }, { grants }), "ask");
  });

  it("asks each time for what could run programs later, granted directory or not", () => {
    const grants = [grant({ tool: "write", action: "write", pattern: root })];
    const writing = (name: string): string =>
      verdict({ tool: "write", action: "write", path: path.join(root, name) }, { grants });
    assert.equal(writing("a.ts"), "allow");
    for (const name of [".git/hooks/pre-commit", ".git/config", "sub/.git/config", ".crush/crush.json", "crush.json"]) {
      assert.equal(writing(name), "ask", name);
    }
  });

  it("takes a granted origin for all its addresses", () => {
    const grants = [grant({ tool: "fetch", action: "fetch", pattern: "https://example.com" })];
    const fetchOf = (url: string): string => verdict({ tool: "fetch", action: "fetch", url }, { grants });
    assert.equal(fetchOf("https://example.com/a?b"), "allow");
    assert.equal(fetchOf("http://example.com/a"), "ask");
    assert.equal(fetchOf("https://example.com.evil.org/"), "ask");
    assert.equal(fetchOf("not a url"), "ask");
  });

  it("says why", () => {
    assert.match(judgePermission(request({ command: "ls & rm x" }), rules).reason, /rm/);
  });
});
