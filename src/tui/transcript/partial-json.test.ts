import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parsePartialObject } from "./partial-json.ts";

test("what has come is there, the rest is not", () => {
  const cases: Readonly<Record<string, unknown>> = {
    "": {},
    "{": {},
    '{"file_pa': {},
    '{"file_path":': {},
    '{"file_path":"/a/b': { file_path: "/a/b" },
    '{"a":"x\\': { a: "x" },
    '{"a":"x\\u00': { a: "x" },
    '{"a":"x\\\\': { a: "x\\" },
    '{"a":"x","b': { a: "x" },
    '{"a":1,"b":tr': { a: 1 },
    '{"a":[1,{"b":"c': { a: [1, { b: "c" }] },
    '{"a":{"b":"c"},': { a: { b: "c" } },
    "[1,2": {},
    nonsense: {},
  };
  for (const [text, value] of Object.entries(cases)) assert.deepEqual(parsePartialObject(text), value, text);
});

test("every prefix of an object is an object whose texts are prefixes", () => {
  const record = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.array(fc.string())), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(record, fc.nat(), (value, cut) => {
      const text = JSON.stringify(value);
      const partial = parsePartialObject(text.slice(0, cut % (text.length + 1)));
      for (const [name, part] of Object.entries(partial)) {
        const whole = value[name];
        if (typeof part === "string" && typeof whole === "string") assert.ok(whole.startsWith(part), text);
      }
      assert.deepEqual(parsePartialObject(text), value);
    }),
    { seed: 51, numRuns: 500 },
  );
});

test("a megabyte takes no longer than a frame or two", () => {
  const text = JSON.stringify({ content: 'line "q" and \\ more\n'.repeat(60_000) }).slice(0, -30);
  const start = process.cpuUsage();
  const { content } = parsePartialObject(text);
  assert.ok(typeof content === "string" && content.length > 1_000_000);
  assert.ok(process.cpuUsage(start).user < 500_000);
});
