import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ToolProject } from "../../test/tools/tool-project.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Tool } from "./tool.ts";

/** A call that works in the sample project, and what it may not be given. */
interface Sample {
  readonly input: JsonObject;
  readonly bad: readonly JsonObject[];
}

const samples: Readonly<Record<string, Sample>> = {
  bash: { input: { command: "echo made > made.txt", description: "Make" }, bad: [{ command: " " }, { command: 3 }] },
  job_output: { input: { shell_id: "001" }, bad: [{ shell_id: "nonsense" }] },
  job_kill: { input: { shell_id: "001" }, bad: [{ shell_id: "nonsense" }] },
  view: { input: { file_path: "a.txt" }, bad: [{ file_path: "" }, { file_path: "a.txt", offset: -1 }] },
  edit: { input: { file_path: "new.txt", old_string: "", new_string: "x" }, bad: [{ file_path: "a.txt" }] },
  multiedit: {
    input: { file_path: "new.txt", edits: [{ old_string: "", new_string: "x" }] },
    bad: [
      { file_path: "a.txt", edits: [] },
      { file_path: "a.txt", edits: [{ old_string: "a" }] },
    ],
  },
  write: { input: { file_path: "new.txt", content: "x" }, bad: [{ file_path: "new.txt", content: 3 }] },
  ls: { input: {}, bad: [{ depth: -1 }, { ignore: "x" }] },
  glob: { input: { pattern: "*" }, bad: [{ pattern: "" }] },
  grep: { input: { pattern: "one" }, bad: [{ pattern: "" }, { pattern: "x", literal_text: "maybe" }] },
  fetch: { input: { url: "http://127.0.0.1:9/" }, bad: [{ url: "nonsense" }, { url: "http://x", format: "pdf" }] },
  session_create: {
    input: { title: "Docs", prompt: "Write them" },
    bad: [{ title: " ", prompt: "x" }, { title: "x" }, { title: "x".repeat(81), prompt: "y" }],
  },
  session_list: { input: {}, bad: [{ limit: 0 }, { limit: 1.5 }] },
  session_search: { input: { query: "x" }, bad: [{ query: "" }, { query: "x", limit: 1000 }] },
  session_read: { input: { session: "0e0f" }, bad: [{ session: "" }, { session: "x", before: "y" }] },
  todos: { input: { todos: [] }, bad: [{ todos: [{ content: "x", status: "y" }] }] },
};

async function sampleProject(name: string): Promise<ToolProject> {
  const project = new ToolProject();
  project.write("a.txt", "one\ntwo\n");
  await project.files.recordRead(project.path("a.txt"));
  if (name.startsWith("job_")) await project.call("bash", { command: "sleep 60", auto_background_after: 0.05 });
  project.files.changes.length = 0;
  return project;
}

/** A fingerprint of all that lies in the project. */
function stateOf(project: ToolProject): string {
  const hash = createHash("sha256");
  for (const entry of readdirSync(project.root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    hash.update(file);
    if (entry.isFile()) hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}

function requiredOf(tool: Tool): string[] {
  const { required } = tool.parameters;
  return Array.isArray(required) ? required.filter((key) => typeof key === "string") : [];
}

const anyProject = new ToolProject();
const tools = anyProject.toolSet.tools;
await anyProject[Symbol.asyncDispose]();

describe("the contract of all tools", () => {
  it("has a sample for each", () => {
    assert.deepEqual(tools.map((tool) => tool.name).toSorted(), Object.keys(samples).toSorted());
  });

  for (const { name } of tools) {
    const sample = samples[name] ?? { input: {}, bad: [] };

    it(`${name}: describes itself and its parameters to a model`, async () => {
      await using project = new ToolProject();
      const tool = project.tool(name);
      assert.ok(tool.description.length > 20 && tool.description.length < 2000);
      assert.equal(tool.parameters["type"], "object");
      const properties = tool.parameters["properties"];
      assert.ok(isJsonObject(properties));
      for (const [key, property] of Object.entries(properties)) {
        assert.ok(isJsonObject(property) && typeof property["description"] === "string", key);
        assert.ok(["string", "integer", "number", "boolean", "array"].some((type) => type === property["type"]));
      }
      assert.equal(tool.parameters, tool.parameters);
      assert.deepEqual(JSON.parse(JSON.stringify(tool.parameters)), tool.parameters);
    });

    it(`${name}: refuses bad input, saying what is wrong and what there is`, async () => {
      await using project = await sampleProject(name);
      const missing = requiredOf(project.tool(name)).length > 0 ? [{}] : [];
      for (const input of [...sample.bad, ...missing, [], "text", null, 3]) {
        const call = await project.prepare(name, input);
        assert.equal(call.kind, "refused", JSON.stringify(input));
        assert.ok(call.kind === "refused" && call.result.isError && call.result.content.length > 10);
      }
      for (const key of requiredOf(project.tool(name))) {
        const { [key]: _, ...input } = sample.input;
        const call = await project.prepare(name, input);
        assert.ok(call.kind === "refused" && call.result.content.includes(key));
      }
    });

    it(`${name}: changes nothing while it is prepared`, async () => {
      await using project = await sampleProject(name);
      const before = stateOf(project);
      const call = await project.prepare(name, sample.input);
      assert.equal(call.kind, "ready");
      assert.equal(stateOf(project), before);
      assert.deepEqual(project.files.changes, []);
    });

    it(`${name}: asks before it changes anything, where it is not read-only`, async () => {
      await using project = await sampleProject(name);
      const call = await project.prepare(name, sample.input);
      assert.ok(call.kind === "ready");
      const changesFiles = ["bash", "edit", "multiedit", "write"].includes(name);
      if (changesFiles) assert.ok(call.permissions.length > 0);
      for (const request of call.permissions) {
        assert.equal(request.tool, name);
        assert.ok(path.isAbsolute(request.path) && request.description !== "" && request.display.subject !== "");
      }
      const before = stateOf(project);
      await call.run();
      if (project.tool(name).isReadOnly) assert.equal(stateOf(project), before);
      else if (changesFiles) assert.notEqual(stateOf(project), before);
    });

    it(`${name}: resolves promptly with an error once it is canceled, nothing half done`, async () => {
      await using project = await sampleProject(name);
      const before = stateOf(project);
      const abort = new AbortController();
      const call = await project.prepare(name, sample.input, { signal: abort.signal });
      abort.abort();
      assert.ok(call.kind === "ready");
      const startMs = performance.now();
      const result = await call.run();
      assert.ok(performance.now() - startMs < 2000);
      assert.equal(result.isError, true);
      assert.equal(stateOf(project), before);
      const late = await project.prepare(name, sample.input, { signal: abort.signal });
      assert.equal(late.kind, "refused");
    });

    it(`${name}: takes numbers and switches as text, and null for what is left out`, async () => {
      await using project = await sampleProject(name);
      const properties = project.tool(name).parameters["properties"];
      assert.ok(isJsonObject(properties));
      const optional: JsonObject = {};
      for (const [key, property] of Object.entries(properties)) {
        if (key in sample.input || !isJsonObject(property)) continue;
        optional[key] = property["type"] === "boolean" ? "false" : property["type"] === "string" ? null : "1";
        if (property["type"] === "array") optional[key] = "[]";
      }
      const call = await project.prepare(name, { ...sample.input, ...optional, unknown_parameter: 1 });
      assert.equal(call.kind, "ready");
    });
  }

  it("never throws, whatever is sent", async () => {
    await using project = new ToolProject();
    const value = fc.jsonValue({ maxDepth: 2 });
    const keys = fc.constantFrom("file_path", "command", "pattern", "path", "edits", "todos", "url", "shell_id", "x");
    const input = fc.oneof(value, fc.dictionary(keys, value));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tools), input, async ({ name }, sent) => {
        const call = await project.prepare(name, sent as JsonValue);
        assert.ok(call.kind === "ready" || call.result.isError);
      }),
      { numRuns: 300 },
    );
  });
});
