import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ToolProject } from "../../test/tools/tool-project.ts";
import type { JsonObject } from "../lib/json.ts";
import type { DisplayBlock, ToolDisplay } from "../schema/display-block.ts";
import { displayCall } from "./all-displays.ts";

const crushNames = [
  "bash job_output job_kill view write edit multiedit glob grep ls fetch download sourcegraph todos question agent",
  "agentic_fetch web_fetch web_search lsp_diagnostics lsp_references lsp_definition lsp_symbols lsp_rename lsp_restart",
  "list_mcp_resources read_mcp_resource mcp_server_tool crush_info something_new",
].flatMap((line) => line.split(" "));

const blockKinds: Readonly<Record<DisplayBlock["kind"], readonly string[]>> = {
  text: ["text"],
  diff: ["path", "before", "after"],
  list: ["items"],
  table: ["columns", "rows"],
  code: ["text"],
  image: ["name", "mimeType", "sizeBytes"],
};

function assertWellFormed(display: ToolDisplay): void {
  assert.equal(typeof display.title, "string");
  assert.equal(typeof display.subject, "string");
  assert.ok(display.title !== "");
  assert.ok(display.summary === undefined || typeof display.summary === "string");
  for (const block of display.blocks) {
    for (const key of blockKinds[block.kind]) assert.ok(Object.hasOwn(block, key), `${block.kind} needs ${key}`);
  }
}

function done(content: string, metadata: JsonObject = {}): NonNullable<Parameters<typeof displayCall>[0]["result"]> {
  return { content, metadata, isError: false, mimeType: "" };
}

describe("displays of calls", () => {
  it("take anything for input and result, of Crush's tools and of unknown ones", () => {
    const json = fc.dictionary(
      fc.oneof(
        fc.constantFrom("command", "file_path", "todos", "edits", "questions", "output", "old_content"),
        fc.string(),
      ),
      fc.jsonValue({ maxDepth: 3 }),
    ) as fc.Arbitrary<JsonObject>;
    const result = fc.option(
      fc.record({
        content: fc.string(),
        metadata: json,
        isError: fc.boolean(),
        mimeType: fc.constantFrom("", "image/png"),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.constantFrom(...crushNames), json, result, (name, input, outcome) => {
        assertWellFormed(displayCall({ name, input, ...(outcome === undefined ? {} : { result: outcome }) }));
      }),
      { numRuns: 1000 },
    );
  });

  it("show what failed", () => {
    for (const name of crushNames) {
      const display = displayCall({ name, input: {}, result: { ...done("went wrong"), isError: true } });
      assert.ok(
        display.blocks.some((block) => block.kind === "text" && block.tone === "error" && block.text === "went wrong"),
        name,
      );
    }
  });

  it("know the tools' own results", async () => {
    await using project = new ToolProject();
    const shown = async (name: string, input: JsonObject): Promise<ToolDisplay> => {
      const { content, isError, metadata = {}, media } = await project.call(name, input);
      return displayCall({ name, input, result: { content, isError, metadata, mimeType: media?.mimeType ?? "" } });
    };
    project.write("a.txt", "one\ntwo\n");
    project.write("p.png", Buffer.from("89504e470d0a1a0a00", "hex"));
    const viewed = await shown("view", { file_path: "a.txt", offset: 1 });
    assert.deepEqual(viewed, {
      title: "View",
      subject: "a.txt (from line 2)",
      summary: "1 line",
      blocks: [{ kind: "code", text: "two", path: "a.txt", firstLine: 2 }],
    });
    assert.deepEqual((await shown("view", { file_path: "p.png" })).blocks, [
      { kind: "image", name: "p.png", mimeType: "image/png", sizeBytes: 9 },
    ]);
    const edited = await shown("edit", { file_path: "a.txt", old_string: "two", new_string: "2\n3" });
    assert.equal(edited.summary, "+2 −1");
    assert.deepEqual(edited.blocks, [{ kind: "diff", path: "a.txt", before: "one\ntwo\n", after: "one\n2\n3\n" }]);
    const failed = await shown("bash", { command: "echo x\nexit 3" });
    assert.deepEqual([failed.subject, failed.summary], ["echo x exit 3", "exit 3"]);
    assert.deepEqual(failed.blocks, [
      { kind: "code", text: "echo x\nexit 3", language: "bash" },
      { kind: "code", text: "x\nExit code 3" },
    ]);
    assert.equal((await shown("bash", { command: "true" })).blocks.length, 1);
    const listed = await shown("todos", { todos: [{ content: "a", status: "completed", active_form: "b" }] });
    assert.deepEqual(listed.blocks, [{ kind: "list", items: [{ text: "a", state: "completed" }] }]);
    assert.equal((await shown("glob", { pattern: "*.txt" })).summary, "1 file");
    assert.equal((await shown("grep", { pattern: "one" })).summary, "1 match");
    assert.equal((await shown("ls", {})).summary, "2 entries");
  });

  it("show what Crush's bash wrote, whose exit code stands in the output alone", () => {
    const metadata = { output: "no\n\nExit code 2", start_time: 1, end_time: 2, working_directory: "/x" };
    const display = displayCall({ name: "bash", input: { command: "x" }, result: done("no\nExit code 2", metadata) });
    assert.equal(display.summary, "exit 2");
  });

  it("grow while the arguments stream in", () => {
    assert.deepEqual(displayCall({ name: "edit", input: {} }), { title: "Edit", subject: "", blocks: [] });
    const partial = displayCall({ name: "write", input: { file_path: "a", content: "x" } });
    assert.deepEqual(partial.blocks, [{ kind: "code", text: "x", path: "a" }]);
  });

  it("leave out the directory at the end of an output, and nothing else", () => {
    const shown = (content: string): unknown => {
      const [block] = displayCall({ name: "bash", input: { command: "x" }, result: done(content) }).blocks;
      return block !== undefined && "text" in block ? block.text : undefined;
    };
    assert.equal(shown("a\n\n<cwd>/p</cwd>\n"), "a");
    assert.equal(shown("<cwd>/p</cwd> b"), "<cwd>/p</cwd> b");
    assert.equal(shown("a <cwd>/p\n</cwd>"), "a <cwd>/p\n</cwd>");
  });

  it("take no longer than their texts are long", () => {
    const startedAt = performance.now();
    for (const text of [" ", "\n", "<cwd>"].map((part) => `${part.repeat(200_000)}x`)) {
      displayCall({ name: "bash", input: { command: text }, result: done(text) });
    }
    assert.ok(performance.now() - startedAt < 1000);
  });
});
