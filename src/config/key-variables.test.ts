import assert from "node:assert/strict";
import { test } from "node:test";
import { keyVariablesIn } from "./key-variables.ts";
import { isSecretHeader } from "./known-secrets.ts";

test("the variables of keys are those that may stand in one", () => {
  const keyed = (apiKey: string): string[] => keyVariablesIn({ providers: { x: { api_key: apiKey } } });
  assert.deepEqual(keyed("$CORP_KEY"), ["CORP_KEY"]);
  assert.deepEqual(keyed("${CORP_KEY:-$SPARE_KEY}"), ["CORP_KEY", "SPARE_KEY"]);
  assert.deepEqual(keyed("${IS_WORK:+$CORP_KEY}"), ["CORP_KEY"]);
  assert.deepEqual(keyed("${CORP_KEY:?put it into $KEY_FOLDER}"), ["CORP_KEY"]);
});

test("what programs need is never the variable of a key", () => {
  const headers = {
    Authorization: "Basic $USER:$TEAM_PASSWORD",
    "X-Key-File": "$HOME/$LC_ALL/$PATH",
    "X-Author": "$ME",
  };
  assert.deepEqual(keyVariablesIn({ providers: { x: { extra_headers: headers } } }), ["TEAM_PASSWORD"]);
});

test("headers hold keys by the words of their names", () => {
  const secret =
    "Authorization Proxy-Authorization x-api-key api_key apikey xApiKey X-Auth-Token AuthToken X-OAuth Cookie X-Password client_secret X-Amz-Credential";
  for (const name of secret.split(" ")) assert.ok(isSecretHeader(name), name);
  for (const name of "X-Author Authority X-Tokenizer X-Max-Tokens Keyboard HTTP-Referer X-Title".split(" ")) {
    assert.equal(isSecretHeader(name), false, name);
  }
});
