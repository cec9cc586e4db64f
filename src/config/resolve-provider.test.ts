import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import { must } from "../lib/assert.ts";
import { knownSecrets } from "./known-secrets.ts";
import { resolveProvider } from "./resolve-provider.ts";

test("programs run when the provider is used, and may see the keys", async () => {
  using place = new ConfigPlace();
  place.environment["OPENAI_API_KEY"] = "sk-first";
  place.writeGlobal({
    providers: {
      gate: {
        base_url: "http://$(echo 127.0.0.1):${PORT:-80}",
        api_key: "$(printf '%s-second\\n\\n' \"$OPENAI_API_KEY\")",
        extra_headers: { "X-Plain": "plain", "X-Made": "a $(echo b) c", "X-Empty": "$(true)" },
      },
    },
  });
  const config = place.load();
  const gate = await resolveProvider(config, must(config.providers["gate"], "gate"));
  assert.equal(gate.baseUrl, "http://127.0.0.1:80");
  assert.equal(gate.apiKey, "sk-first-second");
  assert.deepEqual(gate.extraHeaders, { "X-Plain": "plain", "X-Made": "a b c" });
  assert.deepEqual(gate.unresolved, {});
});

test("a program that fails is named with its words, never with its output", async () => {
  using place = new ConfigPlace();
  place.writeGlobal({ providers: { gate: { api_key: "$(echo sk-secret; echo 'no\u001b[31m vault' >&2; exit 3)" } } });
  const config = place.load();
  await assert.rejects(
    () => resolveProvider(config, must(config.providers["gate"], "gate")),
    (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^providers\.gate\.api_key: .* failed \(3\): no\?\[31m vault$/u);
      return true;
    },
  );
});

test("a value that must be set says so when it is used", async () => {
  using place = new ConfigPlace();
  const file = place.writeGlobal({ providers: { gate: { api_key: "${GATE_KEY:?get one from the gate keeper}" } } });
  const config = place.load();
  const reason = "GATE_KEY: get one from the gate keeper";
  assert.deepEqual(config.problems, [{ file, key: "providers.gate.api_key", reason }]);
  await assert.rejects(() => resolveProvider(config, must(config.providers["gate"], "gate")), {
    code: "config-invalid",
    message: `providers.gate.api_key: ${reason}`,
  });
});

test("the known secrets are keys and headers that hold some, longest first", () => {
  using place = new ConfigPlace();
  place.environment["OPENAI_API_KEY"] = "sk-environment";
  const headers = { "X-Key": "short", Authorization: "Bearer abcdefghijklmnop", Referer: "https://example.com" };
  place.writeGlobal({
    providers: { gate: { api_key: "sk-configured-key", extra_headers: headers } },
  });
  const known = ["sk-configured-key", "abcdefghijklmnop", "sk-environment"];
  assert.deepEqual(knownSecrets(place.load()), known);
  const inUse = [{ apiKey: "sk-made-by-a-program-just-now", extraHeaders: {} }];
  assert.deepEqual(knownSecrets(place.load(), inUse), ["sk-made-by-a-program-just-now", ...known]);
});
