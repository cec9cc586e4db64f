import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import { AppError } from "../lib/app-error.ts";
import { programFile } from "../lib/program-root.ts";
import { knownSecrets } from "./known-secrets.ts";

test("a machine without any file gives a config that works", () => {
  using place = new ConfigPlace();
  const config = place.load();
  assert.equal(config.workingDirectory, place.project);
  assert.equal(config.projectRoot, place.project);
  assert.equal(config.dataDirectory, path.join(place.project, ".crush"));
  assert.equal(config.globalDataDirectory, path.join(place.home, ".local/share/crush"));
  assert.equal(config.globalConfigDirectory, path.join(place.home, ".config/crush"));
  assert.deepEqual(config.files, []);
  assert.deepEqual(config.problems, []);
  assert.equal(config.isTrusted, true);
  assert.equal(config.options.attribution.trailerStyle, "assisted-by");
  assert.ok(Object.isFrozen(config));
});

test("each file overrules those before it", () => {
  using place = new ConfigPlace();
  const places = [
    "etc/crush.json",
    "home/.config/crush/crush.json",
    "home/.local/share/crush/crush.json",
    "project/crush.json",
    "project/.crush.json",
    "project/sub/crush.json",
    "project/sub/.crush.json",
    "project/.crush/crush.json",
  ];
  for (const [index, file] of places.entries()) {
    place.write(file, { options: { max_concurrent_requests: index + 1, disabled_skills: [`skill-${index}`] } });
    const config = place.load({ cwd: path.join(place.project, index >= 5 ? "sub" : ".") });
    assert.equal(config.options.requestsMax, index + 1, file);
    assert.deepEqual(
      config.files,
      places.slice(0, index + 1).map((name) => path.join(place.root, name)),
    );
  }
});

test("a key of the screen that is null is the default one", () => {
  using place = new ConfigPlace();
  place.writeGlobal({ keys: { sessions: null, models: "f2", sidebar: "f3" } });
  place.writeData({ keys: { sidebar: null } });
  assert.deepEqual(place.load().keys, { models: "f2", sidebar: "f3" });
});

test("objects merge, lists grow, null says nothing", () => {
  using place = new ConfigPlace();
  place.writeGlobal({
    providers: { gate: { name: "Gate", base_url: "http://127.0.0.1:1", models: [{ id: "a" }] } },
    permissions: { allowed_tools: ["view"] },
    models: { large: { provider: "gate", model: "a", think: true } },
  });
  place.writeData({
    providers: { gate: { name: null, api_key: "k", models: [{ id: "b", context_window: 8 }] } },
    permissions: { allowed_tools: ["ls"] },
    models: { large: { model: "b" }, small: { model: "lonely" } },
  });
  const config = place.load();
  const gate = config.providers["gate"];
  assert.equal(gate?.name, "Gate");
  assert.equal(gate?.apiKey, "k");
  assert.deepEqual(gate?.models, [{ id: "a" }, { id: "b", contextWindow: 8 }]);
  assert.deepEqual(config.allowedTools, ["view", "ls"]);
  assert.deepEqual(config.models, { large: { provider: "gate", model: "b", think: true } });
});

test("how the terminal notifies: by each word of options.notifications; tmux keeps OSC 9 to itself", () => {
  using place = new ConfigPlace();
  const told = (options: object): string => {
    place.writeGlobal({ options });
    return place.load().options.notifications;
  };
  const words = ["osc", "bell", "none", "disabled", "auto", "native"];
  const chosen = (): string[] => [{}, ...words.map((notifications) => ({ notifications }))].map(told);
  assert.deepEqual(chosen(), ["osc", "osc", "bell", "none", "none", "osc", "osc"]);
  assert.deepEqual([told({ notification_style: "bell" }), told({ disable_notifications: true })], ["bell", "none"]);
  place.environment["TMUX"] = "/tmp/tmux-1/default,1,0";
  assert.deepEqual(chosen(), ["bell", "osc", "bell", "none", "none", "bell", "bell"]);
});

test("CRUSH_GLOBAL_CONFIG and CRUSH_GLOBAL_DATA name directories, XDG ones come next", () => {
  using place = new ConfigPlace();
  place.environment["XDG_CONFIG_HOME"] = path.join(place.root, "xdg-config");
  place.environment["XDG_DATA_HOME"] = path.join(place.root, "xdg-data");
  assert.equal(place.load().globalConfigDirectory, path.join(place.root, "xdg-config/crush"));
  assert.equal(place.load().globalDataDirectory, path.join(place.root, "xdg-data/crush"));
  place.environment["CRUSH_GLOBAL_CONFIG"] = path.join(place.root, "c");
  place.environment["CRUSH_GLOBAL_DATA"] = path.join(place.root, "d");
  place.write("c/crush.json", { options: { max_concurrent_requests: 3 } });
  assert.equal(place.load().globalConfigDirectory, path.join(place.root, "c"));
  assert.equal(place.load().globalDataDirectory, path.join(place.root, "d"));
  assert.equal(place.load().options.requestsMax, 3);
});

test("the data directory: flag, setting, the nearest .crush upwards, else here", () => {
  using place = new ConfigPlace();
  const below = path.join(place.project, "a/b");
  place.write("project/a/b/keep", "");
  assert.equal(place.load({ cwd: below }).dataDirectory, path.join(below, ".crush"));
  place.write("project/.crush/keep", "");
  assert.equal(place.load({ cwd: below }).dataDirectory, path.join(place.project, ".crush"));
  place.write(".crush/keep", "above the worktree's root");
  assert.equal(place.load({ cwd: place.project }).dataDirectory, path.join(place.project, ".crush"));
  place.writeGlobal({ options: { data_directory: "state" } });
  assert.equal(place.load({ cwd: below }).dataDirectory, path.join(below, "state"));
  assert.equal(place.load({ cwd: below, dataDirectory: "flag" }).dataDirectory, path.join(below, "flag"));
});

test("outside a worktree nothing above the working directory counts", () => {
  using place = new ConfigPlace();
  place.write("plain/crush.json", { options: { max_concurrent_requests: 3 } });
  place.write("plain/.crush/keep", "");
  place.write("plain/sub/keep", "");
  const config = place.load({ cwd: path.join(place.root, "plain/sub") });
  assert.equal(config.projectRoot, path.join(place.root, "plain/sub"));
  assert.equal(config.options.requestsMax, 16);
  assert.equal(config.dataDirectory, path.join(place.root, "plain/sub/.crush"));
  assert.equal(config.toolLimits.lsMaxDepth, 2);
});

test("keys are read, and child processes do not get them", () => {
  using place = new ConfigPlace();
  Object.assign(place.environment, {
    OPENAI_API_KEY: "sk-from-environment",
    ANTHROPIC_API_KEY: "",
    CRUSH_ANTHROPIC_API_KEY: "sk-own",
    OPENAI_API_ENDPOINT: "http://127.0.0.1:9/v1",
    OTHER: "kept",
  });
  const { surroundings } = place.load();
  assert.deepEqual(surroundings.keys, { OPENAI_API_KEY: "sk-from-environment", ANTHROPIC_API_KEY: "sk-own" });
  assert.deepEqual(surroundings.endpoints, { OPENAI_API_ENDPOINT: "http://127.0.0.1:9/v1" });
  assert.equal(surroundings.childEnvironment["OTHER"], "kept");
  assert.ok(!JSON.stringify(surroundings.childEnvironment).includes("sk-"));
});

test("nor the variables that their own settings take keys from, which are masked as well", () => {
  using place = new ConfigPlace();
  Object.assign(place.environment, {
    CORP_KEY: "sk-corporate",
    CRUSH_CORP_KEY: "sk-corporate-own",
    SPARE_KEY: "sk-spare-key",
    HEADER_TOKEN: "sk-header-token",
    GIVEN_KEY: "sk-given-on",
    TEAM: "a-team-of-ours",
  });
  place.writeGlobal({
    env: { GIVEN_KEY: "$GIVEN_KEY" },
    providers: {
      corp: {
        api_key: "${CORP_KEY:-$SPARE_KEY}",
        extra_headers: { Authorization: "Bearer $HEADER_TOKEN", "X-Team": "$TEAM" },
      },
      given: { api_key: "$GIVEN_KEY" },
      late: { api_key: "$(printf '%s' \"$CORP_KEY\")-${CORP_KEY}" },
    },
  });
  const config = place.load();
  const { childEnvironment } = config.surroundings;
  const left = Object.keys(childEnvironment).filter((name) => /CORP|SPARE|HEADER|GIVEN|TEAM/u.test(name));
  assert.deepEqual(left.toSorted(), ["GIVEN_KEY", "TEAM"]);
  const secrets = knownSecrets(config);
  for (const name of ["CORP_KEY", "CRUSH_CORP_KEY", "SPARE_KEY", "HEADER_TOKEN"]) {
    assert.ok(secrets.includes(place.environment[name] ?? ""), name);
  }
});

test("what the launcher sets for the program alone reaches no child process", () => {
  using place = new ConfigPlace();
  const scripts = ["bin/crush", "bin/engine-options.sh"].map((name) => readFileSync(programFile(name), "utf8"));
  const names = [...scripts.join("").matchAll(/^ *export (.+)$/gmu)].flatMap(([, line = ""]) =>
    [...line.matchAll(/([A-Za-z_]+)=/gu)].map(([, name = ""]) => name),
  );
  assert.ok(names.includes("BUN_JSC_heapGrowthMaxIncrease") && names.includes("CRUSH_CALLED_AS"));
  for (const name of names) place.environment[name] = "1";
  const left = Object.keys(place.load().surroundings.childEnvironment).filter((name) => names.includes(name));
  assert.deepEqual(left, []);
});

test("env of the person's own config is added, keys included when it says so", () => {
  using place = new ConfigPlace();
  place.environment["OPENAI_API_KEY"] = "sk-1";
  place.writeGlobal({
    env: { A: "1", B: "${A}2", OPENAI_API_KEY: "$OPENAI_API_KEY", C: "$(printf '%s' \"$B\"; echo)" },
  });
  const { childEnvironment } = place.load().surroundings;
  assert.equal(childEnvironment["B"], "12");
  assert.equal(childEnvironment["C"], "12");
  assert.equal(childEnvironment["OPENAI_API_KEY"], "sk-1");
});

test("no program runs while the config is read, nor for a provider that is not used", () => {
  using place = new ConfigPlace();
  const trace = path.join(place.root, "trace");
  place.writeGlobal({ providers: { gate: { base_url: "http://127.0.0.1:1", api_key: `$(touch ${trace}; echo k)` } } });
  const gate = place.load().providers["gate"];
  assert.equal(gate?.apiKey, undefined);
  assert.deepEqual(Object.keys(gate?.unresolved ?? {}), ["api_key"]);
});

interface Fault {
  readonly content: string;
  readonly expected: RegExp;
}

const faults: readonly Fault[] = [
  {
    content: '{\n  "options": {,}\n}',
    expected: /crush\.json: not valid JSON: line 2, column 15: a key in double quotes/u,
  },
  { content: '{"a": 1,}', expected: /line 1, column 9: a comma must not stand before/u },
  { content: "[]", expected: /an object was expected at the top/u },
  { content: '{"providers": []}', expected: /providers: an object was expected, but it is a list/u },
  {
    content: '{"providers": {"x": {"api_key": 7}}}',
    expected: /providers\.x\.api_key: a text was expected, but it is a number/u,
  },
  {
    content: '{"providers": {"x": {"models": [{"name": "n"}]}}}',
    expected: /providers\.x\.models\[0\]\.id: it is missing/u,
  },
  {
    content: '{"options": {"debug": "yes"}}',
    expected: /options\.debug: true or false was expected, but it is a text/u,
  },
  {
    content: '{"options": {"tui": {"diff_mode": "both"}}}',
    expected: /options\.tui\.diff_mode: "unified" or "split" was/u,
  },
  { content: '{"hooks": {"PreToolUse": [{}]}}', expected: /hooks\.PreToolUse\[0\]\.command: it is missing/u },
];

test("a faulty file is named with key, reason and remedy", () => {
  for (const { content, expected } of faults) {
    using place = new ConfigPlace();
    place.writeGlobal(content);
    assert.throws(
      () => place.load(),
      (error) => {
        assert.ok(error instanceof AppError);
        assert.equal(error.code, "config-invalid");
        assert.match(error.message, expected);
        assert.match(error.hint ?? "", /crush config check/u);
        return true;
      },
    );
  }
});

test("empty files, a byte order mark and unknown keys are no faults", () => {
  using place = new ConfigPlace();
  place.writeGlobal("  \n");
  place.writeData('\uFEFF{"options": {"from_the_future": 1}, "future": {}}');
  assert.equal(place.load().files.length, 1);
});

test("a crushrc is named as not read", () => {
  using place = new ConfigPlace();
  const file = place.write("project/.crushrc", "crush provider x\n");
  assert.deepEqual(place.load().problems, [
    { file, key: "", reason: "the crushrc format is not read yet; use crush.json" },
  ]);
});

test("an unknown provider type leaves the provider out and says so", () => {
  using place = new ConfigPlace();
  const file = place.writeGlobal({ providers: { x: { type: "abacus" } } });
  const config = place.load();
  assert.equal(config.providers["x"]?.isDisabled, true);
  assert.equal(config.problems[0]?.file, file);
  assert.equal(config.problems[0]?.key, "providers.x.type");
});

test("a missing working directory is a usage error", () => {
  using place = new ConfigPlace();
  const wrong = { name: "AppError", code: "usage" };
  assert.throws(() => place.load({ cwd: path.join(place.root, "nowhere") }), wrong);
  assert.throws(() => place.load({ cwd: place.write("file", "") }), wrong);
});
