/** Whatever a config file holds, the program starts or says which file and key are wrong; it never crashes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import { AppError } from "../lib/app-error.ts";
import { checkConfig } from "./check-config.ts";

const word = fc.constantFrom(
  "",
  "openai",
  "test",
  "large",
  "$KEY",
  "${",
  "$(exit 3)",
  "~/x",
  "__proto__",
  "constructor",
  "日本",
  "\u001b[2J",
  "a".repeat(3000),
);
const leaf = fc.oneof(
  word,
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e300, [], {}),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Mostly the shape that is wanted, with anything at any place of it. */
function shaped(shape: unknown): fc.Arbitrary<unknown> {
  const well =
    typeof shape === "object" && shape !== null && !Array.isArray(shape)
      ? fc.record(Object.fromEntries(Object.entries(shape).map(([name, inner]) => [name, shaped(inner)])), {
          requiredKeys: [],
        })
      : Array.isArray(shape)
        ? fc.array(shaped(shape[0]), { maxLength: 3 })
        : fc.constant(shape);
  return fc.oneof({ weight: 60, arbitrary: well }, { weight: 1, arbitrary: leaf });
}

const model = { id: "m", name: "M", context_window: 1000, cost_per_1m_in: 1, reasoning_levels: ["low"] };
const settings = shaped({
  $schema: "x",
  models: { large: { provider: "test", model: "m" }, small: { provider: "test", model: "m" }, other: {} },
  providers: {
    test: { type: "openai-compat", base_url: "http://127.0.0.1:9/v1", api_key: "$KEY", models: [model] },
    openai: { disable: true, extra_headers: { "x-a": "b" }, extra_body: { a: 1 }, provider_options: {} },
    ["__proto__"]: {},
  },
  options: {
    context_paths: ["A.md"],
    data_directory: ".crush",
    tui: { compact_mode: true, diff_mode: "split", completions: { max_depth: 1 } },
    attribution: { trailer_style: "none" },
    disabled_tools: ["bash"],
    initialize_as: "AGENTS.md",
  },
  permissions: { allowed_tools: ["view", "bash:execute"] },
  tools: { ls: { max_depth: 2 }, grep: { timeout: "5s" }, glob: { timeout: 5 } },
  mcp: { server: { type: "stdio", command: "x", args: ["y"], env: { A: "b" } } },
  lsp: { go: { command: "gopls", filetypes: ["go"] } },
  hooks: { PreToolUse: [{ command: "true", matcher: ".*" }] },
  env: { A: "b" },
});

const content = fc.oneof(
  { weight: 8, arbitrary: settings.map((value) => JSON.stringify(value) ?? "") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: settings.map((value) => (JSON.stringify(value) ?? "").slice(0, -1)) },
);

test("any content of the person's and the project's files", () => {
  using place = new ConfigPlace();
  let loaded = 0;
  fc.assert(
    fc.property(content, content, content, (own, data, project) => {
      place.write("home/.config/crush/crush.json", own);
      place.write("home/.local/share/crush/crush.json", data);
      place.write("project/crush.json", project);
      const { errors } = checkConfig({ cwd: place.project }, { keyVariables: ["OPENAI_API_KEY"], ...place.source() });
      assert.ok(errors.every(({ file, reason }) => file !== "" && reason !== ""));
      try {
        const config = place.load();
        loaded += 1;
        assert.deepEqual(errors, []);
        assert.ok(config.dataDirectory.startsWith(place.root) || config.dataDirectory.startsWith("/"));
      } catch (error) {
        assert.ok(error instanceof AppError, String(error));
        assert.ok(errors.length > 0 || error.code === "config-untrusted", error.message);
      }
    }),
    { seed: 261_128, numRuns: 1200 },
  );
  assert.ok(loaded >= 20, `${String(loaded)} of the files were loaded`);
});
