import assert from "node:assert/strict";
import { it } from "node:test";
import { must } from "../../src/lib/assert.ts";
import { createProvider } from "../../src/providers/all.ts";
import type { ModelEvent, ModelFailure } from "../../src/providers/provider.ts";
import type { ScriptedError, ScriptedStep } from "../harness/model-servers/script.ts";
import { unusedPort } from "../harness/unused-port.ts";
import { collectAnswer } from "./collect-answer.ts";
import { contractKey, withServer } from "./contract-profile.ts";
import type { ContractProfile } from "./contract-profile.ts";
import { onePixelPng, sampleRequest, sampleSettings } from "./sample-request.ts";

type Expected = Pick<ModelFailure, "kind" | "isRetryable">;

const expectedOf: Readonly<Record<ScriptedError, Expected>> = {
  auth: { kind: "auth", isRetryable: false },
  quota: { kind: "quota", isRetryable: false },
  "rate-limited": { kind: "rate-limited", isRetryable: true },
  overloaded: { kind: "overloaded", isRetryable: true },
  "server-error": { kind: "overloaded", isRetryable: true },
  "context-too-long": { kind: "context-too-long", isRetryable: false },
  "model-not-found": { kind: "model-not-found", isRetryable: false },
  "invalid-request": { kind: "invalid-request", isRetryable: false },
};

const someText: ScriptedStep = {
  blocks: [{ kind: "text", text: "This answer is long enough to be broken off in its middle, somewhere." }],
  deltaLength: 4,
};

function failureOf(answer: { readonly failure: ModelFailure | null }): ModelFailure {
  const failure = must(answer.failure, "a failure");
  const words = `${failure.message} ${failure.details ?? ""}`;
  assert.ok(!words.includes(contractKey), "the key stands in the message");
  assert.ok((failure.details ?? "").length <= 2_000);
  return failure;
}

export function describeFailures(profile: ContractProfile): void {
  describeRefusals(profile);
  describeBrokenStreams(profile);
  describeConnections(profile);
  describeAborts(profile);
}

function describeRefusals(profile: ContractProfile): void {
  it("tells the kinds of errors apart before the answer", async () => {
    const errors = Object.keys(expectedOf) as ScriptedError[];
    const script = errors.map((error): ScriptedStep => ({ fault: { at: "start", error } }));
    await withServer(profile, { script }, async ({ provider, request }) => {
      for (const error of errors) {
        const { kind, isRetryable, statusCode } = failureOf(await collectAnswer(provider, request));
        assert.deepEqual({ error, kind, isRetryable }, { error, ...expectedOf[error] });
        assert.ok(statusCode !== undefined && statusCode >= 400);
      }
    });
  });

  it("passes on how long the provider asks to wait", async () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const headers: Record<string, string>[] = [
      { "retry-after": "7" },
      { "retry-after-ms": "1500", "retry-after": "2" },
      { "retry-after": inAMinute },
    ];
    const script = headers.map((entry): ScriptedStep => ({
      fault: { at: "start", error: "rate-limited", headers: entry },
    }));
    await withServer(profile, { script }, async ({ provider, request }) => {
      const waits: number[] = [];
      for (const _entry of headers) {
        waits.push(must(failureOf(await collectAnswer(provider, request)).retryAfterMs, "the wait"));
      }
      assert.deepEqual(waits.slice(0, 2), [7_000, 1_500]);
      const toDate = must(waits[2], "the wait until the date");
      assert.ok(toDate > 30_000 && toDate <= 61_000, String(toDate));
    });
  });

  it("says that the key is refused, never the key, and no remedy, which stands beside it", async () => {
    await withServer(profile, { apiKey: "another-key-entirely" }, async ({ server, provider, request, settings }) => {
      const failure = failureOf(await collectAnswer(provider, request));
      assert.equal(server.requests[0]?.status === 400 || server.requests[0]?.status === 401, true);
      assert.equal(failure.kind, "auth");
      assert.match(failure.message, /refused the API key \(40[01]\)$/u);
      assert.ok(failure.message.startsWith(settings.name));
    });
  });

  it("asks for a key before anything is sent", async () => {
    await withServer(profile, { settings: { apiKey: null } }, async ({ server, provider, request, settings }) => {
      const failure = failureOf(await collectAnswer(provider, request));
      assert.equal(failure.kind, "auth");
      assert.equal(failure.message, `There is no API key for ${settings.name}`);
      assert.equal(server.requests.length, 0);
    });
  });

  it("is refused with a bad image", async () => {
    await withServer(profile, { script: [someText] }, async ({ server, provider, request }) => {
      const image = { kind: "media", name: "x.png", mimeType: "image/png", data: "AAAAAAAAAAAAAAAA" } as const;
      const answer = await collectAnswer(provider, { ...request, messages: [{ role: "user", content: [image] }] });
      assert.notEqual(server.requests[0]?.refusal, null);
      assert.equal(failureOf(answer).kind, "invalid-request");
      assert.notEqual(image.data, onePixelPng);
    });
  });
}

function describeBrokenStreams(profile: ContractProfile): void {
  it("tells the kinds of errors apart in the middle of the answer", async () => {
    const errors: ScriptedError[] = ["overloaded", "server-error", "rate-limited"];
    const script = errors.map((error): ScriptedStep => ({
      ...someText,
      fault: { at: "middle", afterFrames: 5, error },
    }));
    await withServer(profile, { script }, async ({ provider, request }) => {
      for (const error of errors) {
        const answer = await collectAnswer(provider, request);
        const { kind, isRetryable } = failureOf(answer);
        assert.deepEqual({ error, kind, isRetryable }, { error, ...expectedOf[error] });
        assert.notEqual(answer.events.length, 1, "the text before the error was lost");
      }
    });
  });

  for (const error of ["truncate", "drop", "garbage"] as const) {
    for (const afterFrames of [1, 4, 9]) {
      it(`finds that the stream broke off (${error} after ${afterFrames} frames), worth another try`, async () => {
        const step: ScriptedStep = { ...someText, fault: { at: "middle", afterFrames, error } };
        await withServer(profile, { script: [step] }, async ({ provider, request }) => {
          const failure = failureOf(await collectAnswer(provider, request));
          assert.ok(failure.kind === "protocol" || failure.kind === "network", failure.kind);
          assert.equal(failure.isRetryable, true);
        });
      });
    }
  }

  it("finds that tool calls broke off", async () => {
    const blocks = [{ kind: "tool-call", name: "bash", input: { command: "echo one two three four five" } }] as const;
    const step: ScriptedStep = {
      blocks,
      deltaLength: 3,
      fault: { at: "middle", afterFrames: profile.hasArgumentText ? 4 : 1, error: "truncate" },
    };
    await withServer(profile, { script: [step] }, async ({ provider, request }) => {
      const failure = failureOf(await collectAnswer(provider, request));
      assert.equal(failure.isRetryable, true);
    });
  });

  it("says that a web page is no answer", async () => {
    await withServer(
      profile,
      { script: [{ fault: { at: "start", error: "html" } }] },
      async ({ provider, request, settings }) => {
        const failure = failureOf(await collectAnswer(provider, request));
        assert.equal(failure.kind, "protocol");
        assert.equal(failure.isRetryable, false);
        assert.ok(failure.message.includes(must(settings.baseUrl, "the address")));
        assert.match(failure.details ?? "", /Sign in/u);
      },
    );
  });
}

function describeConnections(profile: ContractProfile): void {
  it("says that the connection was dropped before the answer", async () => {
    await withServer(
      profile,
      { script: [{ fault: { at: "start", error: "drop" } }] },
      async ({ provider, request }) => {
        const failure = failureOf(await collectAnswer(provider, request));
        assert.equal(failure.kind, "network");
        assert.equal(failure.isRetryable, true);
      },
    );
  });

  it("names the address that refuses the connection", async () => {
    const baseUrl = `http://127.0.0.1:${await unusedPort()}/v1`;
    const settings = sampleSettings({ ...profile.settings, baseUrl, apiKey: contractKey });
    const request = sampleRequest({ modelId: profile.modelId });
    const failure = failureOf(await collectAnswer(createProvider(settings), request));
    assert.equal(failure.kind, "network");
    assert.equal(failure.isRetryable, false);
    assert.ok(failure.message.includes(baseUrl), failure.message);
    assert.match(failure.message, /refused|cannot open/u);
  });

  it("names the address whose host does not exist", async () => {
    const baseUrl = "http://no-such-host.invalid/v1";
    const settings = sampleSettings({ ...profile.settings, baseUrl, apiKey: contractKey });
    const failure = failureOf(
      await collectAnswer(createProvider(settings), sampleRequest({ modelId: profile.modelId })),
    );
    assert.equal(failure.kind, "network");
    assert.ok(failure.message.includes(baseUrl), failure.message);
  });
}

function describeAborts(profile: ContractProfile): void {
  it("ends at once when it is aborted in the middle, and lets the connection go", async () => {
    const step: ScriptedStep = { ...someText, fault: { at: "middle", afterFrames: 8, error: "hang" } };
    await withServer(profile, { script: [step] }, async ({ server, provider, request }) => {
      const controller = new AbortController();
      const answer = await collectAnswer(provider, request, {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === "text-delta") controller.abort();
        },
      });
      assert.equal(failureOf(answer).kind, "aborted");
      assert.equal(answer.failure?.isRetryable, false);
      await server.settled();
      assert.equal(server.requests[0]?.isCutOff, true);
    });
  });

  it("ends at once when it is aborted before the first byte", async () => {
    await withServer(
      profile,
      { script: [{ fault: { at: "start", error: "hang" } }] },
      async ({ server, provider, request }) => {
        const controller = new AbortController();
        const answering = collectAnswer(provider, request, { signal: controller.signal });
        await server.arrived(1);
        controller.abort();
        assert.equal(failureOf(await answering).kind, "aborted");
        await server.settled();
      },
    );
  });

  it("leaves no rejection behind when it is aborted while the request is prepared", async () => {
    await withServer(profile, { script: [someText] }, async ({ server, provider, request }) => {
      const rejections: unknown[] = [];
      const onRejection = (reason: unknown): void => {
        rejections.push(reason);
      };
      process.on("unhandledRejection", onRejection);
      try {
        const controller = new AbortController();
        const prepared = {
          ...request,
          get messages() {
            controller.abort(new Error("the person"));
            return request.messages;
          },
        };
        const events: ModelEvent[] = [];
        for await (const event of provider.stream(prepared, controller.signal)) events.push(event);
        const last = events.at(-1);
        assert.equal(last?.type === "failure" ? last.failure.kind : last?.type, "aborted");
        await server.settled();
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
      } finally {
        process.off("unhandledRejection", onRejection);
      }
      assert.deepEqual(rejections, []);
    });
  });

  it("sends nothing when it is aborted already", async () => {
    await withServer(profile, { script: [someText] }, async ({ server, provider, request }) => {
      const answer = await collectAnswer(provider, request, { signal: AbortSignal.abort() });
      assert.equal(failureOf(answer).kind, "aborted");
      assert.equal(server.requests.length, 0);
    });
  });
}
