import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { maskSecrets, SecretFilter } from "./mask-secrets.ts";

const secrets = ["abcabcabd-long", "abcabcabd", "secret-x"];

describe("maskSecrets", () => {
  test("each occurrence goes, of a longer secret all of it", () => {
    assert.equal(
      maskSecrets("abcabcabd-long abcabcabd secret-xsecret-x", secrets),
      `${"[key hidden] ".repeat(2)}${"[key hidden]".repeat(2)}`,
    );
    assert.equal(maskSecrets("abcabc secret", secrets), "abcabc secret");
  });
});

describe("SecretFilter", () => {
  test("however a text is cut, the pieces are masked as the whole is, and nothing else is lost", () => {
    const some = ["abcabcabd", "secret-x"];
    const words = fc.constantFrom(...some, "abc", "abcabc", "s", "secret-", " ", "ordinary words", "\n");
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 9 })), (parts, cuts) => {
        const text = parts.join("");
        const filter = new SecretFilter(some);
        let passed = "";
        let rest = text;
        for (const cut of cuts) {
          passed += filter.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        passed += filter.push(rest) + filter.flush();
        for (const secret of some) assert.ok(!passed.includes(secret));
        const others = (masked: string): string => masked.replaceAll("[key hidden]", "");
        assert.equal(others(passed), others(maskSecrets(text, some)));
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  test("ordinary text passes at once", () => {
    const filter = new SecretFilter(secrets);
    assert.equal(filter.push("$ make test\n"), "$ make test\n");
    assert.deepEqual([filter.push("x secr"), filter.push("etly a"), filter.flush()], ["x ", "secretly ", "a"]);
  });
});
