import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { asMessageId, asSessionId, asToolCallId } from "../schema/ids.ts";
import type { Message, Part, Role } from "../schema/message.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import { buildMessages } from "./build-messages.ts";

const allOfIt = { supportsImages: true, summaryMessageId: null, providerId: "p", modelId: "m" };

let rows = 0;

function row(role: Role, parts: readonly Part[], fields: Partial<Message> = {}): Message {
  rows += 1;
  return {
    id: asMessageId(`m${String(rows)}`),
    sessionId: asSessionId("s"),
    role,
    parts,
    model: role === "assistant" ? "m" : "",
    provider: role === "assistant" ? "p" : null,
    createdAt: 1,
    updatedAt: 1,
    finishedAt: null,
    isSummary: false,
    exactBlocks: null,
    unreadable: null,
    ...fields,
  };
}

const text = (words: string): Part => ({ type: "text", text: words });
const user = (words: string): Message => row("user", [text(words)]);
const said = (words: string, fields: Partial<Message> = {}): Message => row("assistant", [text(words)], fields);
const called = (...ids: string[]): Message =>
  row(
    "assistant",
    ids.map((id) => call(id)),
  );
const result = (id: string, content: string): Message =>
  row("tool", [
    {
      type: "tool_result",
      toolCallId: asToolCallId(id),
      name: "view",
      content,
      data: "",
      mimeType: "",
      metadata: "",
      isError: false,
    },
  ]);

function call(id: string, name = "view", input = "{}"): Part {
  return { type: "tool_call", id: asToolCallId(id), name, input, providerExecuted: false, finished: true };
}

/** The beginning of a PNG: all that is looked at. */
const png = Buffer.from("\u0089PNG\r\n\u001A\n", "latin1").toString("base64");

function image(data = png): Part {
  return { type: "binary", path: "shot.png", mimeType: "image/png", data };
}

/** A PNG's header with this size. */
function imageOf(width: number, height: number): string {
  const header = Buffer.from("89504e470d0a1a0a0000000d494844520000000000000000", "hex");
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header.toString("base64");
}

function imageResult(id: string, data: string): Part {
  const toolCallId = asToolCallId(id);
  return {
    type: "tool_result",
    toolCallId,
    name: "view",
    content: "",
    data,
    mimeType: "image/png",
    metadata: "",
    isError: false,
  };
}

/** `role: what`, a line a message. */
function outline(messages: readonly ModelMessage[]): string[] {
  return messages.map((message) => {
    if (message.role === "user") {
      return `user: ${message.content.map((part) => (part.kind === "text" ? part.text : part.name)).join(" | ")}`;
    }
    if (message.role === "tool") {
      return `tool: ${message.results.map((each) => `${each.toolCallId}=${each.text.slice(0, 9)}`).join(" ")}`;
    }
    return `assistant: ${message.blocks.map((block) => (block.kind === "tool-call" ? block.id : block.text)).join(" ")}`;
  });
}

/** What src/schema/model-request.ts promises providers. */
function assertIsValid(messages: readonly ModelMessage[]): void {
  const ids = new Set<string>();
  let open: string[] = [];
  for (const [index, message] of messages.entries()) {
    const previous = messages[index - 1]?.role;
    if (message.role === "tool") {
      assert.equal(previous, "assistant");
      assert.deepEqual(
        message.results.map((each) => each.toolCallId),
        open,
        "each call once, in the order of the calls",
      );
      for (const each of message.results) assert.ok(each.text.trim() !== "" || each.media !== undefined);
      open = [];
      continue;
    }
    assert.equal(open.length, 0, "calls are answered by the very next message");
    assert.notEqual(previous, message.role, "roles alternate");
    if (message.role === "user") {
      assert.ok(message.content.length > 0);
      for (const part of message.content) assert.ok(part.kind === "media" || part.text.trim() !== "");
      continue;
    }
    assert.notEqual(previous, undefined, "a person speaks first");
    assert.ok(message.blocks.some((block) => block.kind !== "reasoning"));
    for (const block of message.blocks) {
      if (block.kind === "text") assert.notEqual(block.text.trim(), "");
      if (block.kind === "reasoning") assert.ok(block.text !== "" || block.metadata !== undefined);
      if (block.kind !== "tool-call") continue;
      assert.match(block.name, /^[\w-]{1,64}$/u);
      assert.ok(block.id !== "" && !ids.has(block.id), "ids are unique in the request");
      ids.add(block.id);
      open.push(block.id);
    }
  }
  assert.equal(open.length, 0);
  assert.ok(JSON.stringify(messages).isWellFormed());
  assert.doesNotMatch(JSON.stringify(messages), /\\ud[89a-f]/u);
}

describe("buildMessages", () => {
  test("a prompt between a call and its result moves behind the result", () => {
    const messages = buildMessages(
      [user("go"), called("a", "b"), result("a", "A"), user("wait"), result("b", "B")],
      allOfIt,
    );
    assert.deepEqual(outline(messages), ["user: go", "assistant: a b", "tool: a=A b=B", "user: wait"]);
  });

  test("a call without a result gets one, a result without a call goes, a second result goes", () => {
    const messages = buildMessages(
      [user("go"), result("x", "orphan"), called("a", "b"), result("b", "B"), result("b", "again"), said("done")],
      allOfIt,
    );
    assert.deepEqual(outline(messages), ["user: go", "assistant: a b", "tool: a=No result b=B", "assistant: done"]);
  });

  test("two calls of one id get a result each", () => {
    const messages = buildMessages([user("go"), called("a", "a"), result("a", "one"), result("a", "two")], allOfIt);
    assert.deepEqual(outline(messages).slice(1), ["assistant: a a_2", "tool: a=one a_2=two"]);
  });

  test("ids used again in a later step are made unique, with their results", () => {
    const messages = buildMessages(
      [user("go"), called("call_0"), result("call_0", "one"), called("call_0"), result("call_0", "two")],
      allOfIt,
    );
    assert.deepEqual(outline(messages).slice(1), [
      "assistant: call_0",
      "tool: call_0=one",
      "assistant: call_0_2",
      "tool: call_0_2=two",
    ]);
  });

  test("another model's odd ids and impossible names are made ordinary; its own come back as it gave them", () => {
    const odd = `functions.view:0 ${"x".repeat(60)}`;
    const parts = [call(odd, "my tool.v2"), call("", "")];
    const blocksFor = (provider: string, model = "m"): unknown[] => {
      const messages = buildMessages([user("go"), row("assistant", parts, { provider, model })], allOfIt);
      const message = messages[1];
      return message?.role === "assistant"
        ? message.blocks.map((block) => (block.kind === "tool-call" ? [block.id, block.name] : []))
        : [];
    };
    assert.deepEqual(blocksFor("other"), [
      [`functions_view_0_${"x".repeat(23)}`, "my_tool_v2"],
      ["call", "unknown"],
    ]);
    assert.deepEqual(blocksFor("p", "another"), blocksFor("other"));
    assert.deepEqual(blocksFor("p"), [
      [odd, "my_tool_v2"],
      ["call", "unknown"],
    ]);
  });

  test("neighbouring answers of one model join, between those of two models the person asks to go on", () => {
    const other = { provider: "q", model: "n" };
    const messages = buildMessages([user("go"), said("one"), said("two"), said("three", other)], allOfIt);
    assert.deepEqual(outline(messages), ["user: go", "assistant: one two", "user: (continue)", "assistant: three"]);
  });

  test("an answer whose prompt is gone does not come first", () => {
    const lost = row("user", [], { unreadable: "its parts are not valid JSON" });
    assert.deepEqual(outline(buildMessages([lost, said("yes")], allOfIt)), ["user: (continue)", "assistant: yes"]);
  });

  test("the history starts at the summary, which is the person's; where it is gone, at the beginning", () => {
    const summary = said("what was done", { isSummary: true });
    const history = [user("old"), said("answer"), summary, user("new")];
    const from = { ...allOfIt, summaryMessageId: summary.id };
    assert.deepEqual(outline(buildMessages(history, from)), ["user: what was done | new"]);
    const dangling = { ...allOfIt, summaryMessageId: asMessageId("gone") };
    assert.equal(outline(buildMessages(history, dangling))[0], "user: old");
  });

  test("pictures go to models that take them; the others are told", () => {
    const history = [row("user", [text("look"), image()])];
    assert.deepEqual(outline(buildMessages(history, allOfIt)), ["user: look | shot.png"]);
    const blind = outline(buildMessages(history, { ...allOfIt, supportsImages: false }));
    assert.match(blind[0] ?? "", /shot\.png, image\/png: left out/u);
  });

  test("attached text is sent as text whatever its kind is called; what is neither text nor medium is named", () => {
    const attach = (mimeType: string, bytes: Buffer): string => {
      const part: Part = { type: "binary", path: "file", mimeType, data: bytes.toString("base64") };
      return outline(buildMessages([row("user", [part])], allOfIt))[0] ?? "";
    };
    assert.match(attach("text/plain", Buffer.from("héllo")), /<attachment name="file">\nhéllo\n<\/attachment>/u);
    assert.match(attach("application/json", Buffer.from('{"a":1}')), /\{"a":1\}/u);
    assert.match(attach("application/zip", Buffer.from([0x50, 0xff, 0])), /file, application\/zip: left out/u);
  });

  test("an image is what its bytes are, whatever it is called; one that no model takes is named", () => {
    const attach = (mimeType: string, bytes: Buffer): ModelMessage | undefined =>
      buildMessages(
        [row("user", [{ type: "binary", path: "shot", mimeType, data: bytes.toString("base64") }])],
        allOfIt,
      )[0];
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
    const media = { kind: "media", mimeType: "image/jpeg", data: jpeg.toString("base64"), name: "shot" };
    assert.deepEqual(attach("image/png", jpeg), { role: "user", content: [media] });
    assert.deepEqual(attach("", jpeg), { role: "user", content: [media] });
    const large = Buffer.concat([jpeg, Buffer.alloc(6 * 1024 * 1024)]);
    for (const [mimeType, bytes] of [
      ["image/jpeg", large],
      ["image/bmp", Buffer.from([0x42, 0x4d, 0xff, 0])],
      ["application/pdf", Buffer.from("%PDF-1.7")],
      ["image/png", Buffer.alloc(0)],
    ] as const) {
      assert.match(JSON.stringify(attach(mimeType, bytes)), new RegExp(`shot, ${mimeType}: left out`, "u"));
    }
    assert.match(JSON.stringify(attach("image/svg+xml", Buffer.from("<svg/>"))), /<svg\/>/u);
  });

  test("an image with more pixels than any model takes is named instead, whoever attached it", () => {
    const wide = imageOf(8_001, 10);
    const history = [
      row("user", [image(wide), image(imageOf(8_000, 8_000))]),
      called("a"),
      row("tool", [imageResult("a", wide)]),
    ];
    const [prompt, , answers] = buildMessages(history, allOfIt);
    const kinds = prompt?.role === "user" ? prompt.content.map(({ kind }) => kind) : [];
    assert.deepEqual(kinds, ["text", "media"]);
    const [seen] = answers?.role === "tool" ? answers.results : [];
    assert.deepEqual([seen?.media, seen?.text], [undefined, "(image left out: no model takes one of this size)"]);
  });

  test("among more than 20 images the oldest of the large ones are left out, as many as it takes", () => {
    const large = imageOf(10, 2_001);
    const small = imageOf(2_000, 2_000);
    const kindsIn = (count: number, data: (index: number) => string): string => {
      const attached = Array.from({ length: count }, (_, index) => image(data(index)));
      const history = [
        row("user", attached.slice(0, 5)),
        called("a"),
        row("tool", [imageResult("a", large)]),
        row("user", attached.slice(5)),
      ];
      return buildMessages(history, allOfIt)
        .flatMap((message) => {
          if (message.role === "user") return message.content.map(({ kind }) => (kind === "media" ? "i" : "-"));
          return message.role === "tool" ? message.results.map(({ media }) => (media === undefined ? "-" : "I")) : [];
        })
        .join("");
    };
    assert.equal(
      kindsIn(19, () => large),
      `iiiiiI${"i".repeat(14)}`,
    );
    assert.equal(
      kindsIn(21, () => large),
      `--iiiI${"i".repeat(16)}`,
    );
    assert.equal(
      kindsIn(30, (index) => (index % 10 === 0 ? large : small)),
      `-iiii-iiiii-iiiiiiiii-iiiiiiiii`,
    );
  });

  test("the person's own command is told with its output and exit code", () => {
    const part: Part = { type: "shell_command", command: "make", output: "boom\n", exitCode: 2 };
    assert.match(outline(buildMessages([row("user", [part])], allOfIt))[0] ?? "", /\$ make\nboom\n\n\(exit code 2\)/u);
  });

  test("half a surrogate pair, as a cut leaves one, does not reach the provider", () => {
    const half = "cut \ud83d";
    const messages = buildMessages([user(half), said(half), user("go"), called("a"), result("a", half)], allOfIt);
    assertIsValid(messages);
    assert.ok(outline(messages)[0]?.startsWith("user: cut "));
  });

  test("whatever the rows hold: a valid conversation with all of the person's words, in order", () => {
    fc.assert(
      fc.property(anyRows, fc.boolean(), fc.option(fc.nat(12)), (history, supportsImages, summary) => {
        const summaryRow = summary === null ? undefined : history[summary];
        const options = { supportsImages, summaryMessageId: summaryRow?.id ?? null, providerId: "p", modelId: "m" };
        const messages = buildMessages(history, options);
        assertIsValid(messages);
        const start = summaryRow === undefined ? 0 : history.indexOf(summaryRow);
        assert.deepEqual(markers(JSON.stringify(messages)), expectedMarkers(history.slice(start), summaryRow));
      }),
      { seed: 11, numRuns: 1_000 },
    );
  });
});

/** Words that are found again: `<u1>` of a person, `<a1>` of a model. */
function markers(json: string): string[] {
  return [...json.matchAll(/<[ua]\d+>/gu)].map((match) => match[0]);
}

function expectedMarkers(history: readonly Message[], summary: Message | undefined): string[] {
  return history
    .filter((each) => each.unreadable === null && (each.role !== "tool" || each === summary))
    .flatMap((each) => {
      const blocks = each === summary ? null : each.exactBlocks;
      return markers(JSON.stringify(blocks ?? each.parts));
    });
}

let marks = 0;

function marked(letter: "u" | "a"): fc.Arbitrary<Part> {
  return fc.constantFrom("", " ", "\n", "\ud83d").map((tail) => {
    marks += 1;
    return text(`<${letter}${String(marks)}>${tail}`);
  });
}

const anyId = fc.constantFrom("", "a", "b", "a_2", "call", "odd id:0", "x".repeat(70));
const blank = fc.constantFrom("", "  ", "\n").map(text);
const reasoning = fc.constantFrom("", "thinking").map((thinking): Part => ({
  type: "reasoning",
  thinking,
  signature: thinking === "" ? "" : "sig",
  thoughtSignature: "",
  toolId: "",
  responsesData: null,
}));
const anyCall = fc
  .tuple(anyId, fc.constantFrom("view", "", "a b"), fc.constantFrom("{}", "{oops", "[]", "", '{"a":1}'))
  .map(([id, name, input]) => call(id, name, input));
const finish: Part = { type: "finish", reason: "stop", time: 0 };
const stranger: Part = { type: "unknown", originalType: "mystery", raw: { type: "mystery" } };
const shell: Part = { type: "shell_command", command: "ls", output: "", exitCode: 0 };
const anyResult = fc
  .tuple(anyId, fc.constantFrom("", " ", "fine"), fc.boolean())
  .map(([id, content, hasImage]): Part => {
    const media = hasImage ? { data: png, mimeType: "image/png" } : { data: "", mimeType: "" };
    const toolCallId = asToolCallId(id);
    return { type: "tool_result", toolCallId, name: "view", content, ...media, metadata: "", isError: false };
  });

const userParts = fc.array(fc.oneof(marked("u"), blank, fc.constantFrom(image(), stranger, shell, finish)), {
  maxLength: 3,
});
const assistantParts = fc
  .tuple(fc.option(reasoning), fc.option(fc.oneof(marked("a"), blank)), fc.array(anyCall, { maxLength: 3 }))
  .map(([thought, words, calls]) => [thought, words, ...calls].filter((part) => part !== null));
const toolParts = fc.array(fc.oneof(anyResult, fc.constant(stranger)), { maxLength: 2 });

const anyRow: fc.Arbitrary<Message> = fc.oneof(
  userParts.map((parts) => row("user", parts)),
  fc
    .tuple(assistantParts, fc.constantFrom("p", "q", null), fc.constantFrom("m", "n"))
    .map(([parts, provider, model]) => row("assistant", parts, { provider, model })),
  toolParts.map((parts) => row("tool", parts)),
  fc.constantFrom<Role>("user", "assistant", "tool").map((role) => row(role, [], { unreadable: "broken" })),
);
const anyRows = fc.array(anyRow, { maxLength: 14 });
