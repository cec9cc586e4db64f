import assert from "node:assert/strict";
import { test } from "node:test";
import { asSessionId, asToolCallId } from "../schema/ids.ts";
import type { PermissionRequest } from "../schema/permission.ts";
import { grantPattern } from "./grant-pattern.ts";

function patternOf(fields: Partial<PermissionRequest>): string {
  const request: PermissionRequest = {
    id: "1",
    sessionId: asSessionId("s"),
    toolCallId: asToolCallId("c"),
    tool: "tool",
    action: "execute",
    path: "/p",
    description: "",
    display: { title: "", subject: "", blocks: [] },
    ...fields,
  };
  return grantPattern(request, "/p");
}

test("a command to the letter, never its beginning", () => {
  assert.equal(patternOf({ command: "git push  origin" }), "git push  origin");
});

test("a command's directory where it is not the project's root", () => {
  assert.equal(patternOf({ command: "make test", path: "/tmp/clone" }), 'in "/tmp/clone": make test');
  assert.equal(patternOf({ command: 'in "/tmp/clone": make test' }), 'in "/p": in "/tmp/clone": make test');
});

test("an address's origin; what is no address covers nothing", () => {
  assert.equal(
    patternOf({ action: "fetch", url: "https://user:pass@example.com:8443/a?b#c" }),
    "https://example.com:8443",
  );
  assert.equal(patternOf({ action: "download", url: "nonsense" }), "");
  assert.equal(patternOf({ action: "fetch" }), "");
});

test("the project for what is in it, else no more than the file's own folder", () => {
  assert.equal(patternOf({ action: "write", path: "/p/src/a.ts" }), "/p");
  assert.equal(patternOf({ action: "write", path: "/p/..data/a.ts" }), "/p", "a name that begins with dots is inside");
  assert.equal(patternOf({ action: "write", path: "/etc/hosts" }), "/etc");
  assert.equal(patternOf({ action: "list", path: "/etc/ssl" }), "/etc/ssl");
  assert.equal(patternOf({ action: "read", path: "/project-two/a" }), "/project-two");
});
