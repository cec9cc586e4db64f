/** Shows that a server refuses what it must: a request that it accepts, and the same with one fault planted in it. */
import assert from "node:assert/strict";
import { before, after, describe, it } from "node:test";
import { must } from "../../../src/lib/assert.ts";
import { isJsonObject, parseJson } from "../../../src/lib/json.ts";
import type { JsonObject, JsonValue } from "../../../src/lib/json.ts";
import { collectAnswer } from "../../providers/collect-answer.ts";
import { contractKey } from "../../providers/contract-profile.ts";
import type { ContractProfile } from "../../providers/contract-profile.ts";
import { continued, onePixelPng, sampleRequest, sampleSettings } from "../../providers/sample-request.ts";
import { createProvider } from "../../../src/providers/all.ts";
import { startModelServer } from "./start-model-server.ts";
import type { ModelServer } from "./start-model-server.ts";

export interface PlantedFault {
  readonly name: string;
  /** Changes the accepted body. */
  readonly plant: (body: JsonObject) => void;
  /** In the server's words. */
  readonly message: RegExp;
}

export interface FaultSuite extends ContractProfile {
  readonly faults: readonly PlantedFault[];
  /** Reads the message from the family's own form of an error; undefined where it has not that form. */
  readonly messageOf: (answer: JsonObject) => JsonValue | undefined;
}

/** The value at a path of keys and indexes, which must be there. */
export function at(body: JsonValue, ...path: readonly (string | number)[]): JsonObject {
  const found = path.reduce<JsonValue | undefined>(
    (value, key) => (value as Record<string | number, JsonValue> | undefined)?.[key],
    body,
  );
  return must(isJsonObject(found) ? found : undefined, `the object at ${path.join(".")}`);
}

/** The list at a path, which must be there. */
export function listAt(body: JsonObject, ...path: readonly (string | number)[]): JsonValue[] {
  const last = path.at(-1);
  const parent = at(body, ...path.slice(0, -1));
  const found = parent[String(last)];
  return must(Array.isArray(found) ? found : undefined, `the list at ${path.join(".")}`);
}

export function describePlantedFaults(suite: FaultSuite): void {
  describe(`the ${suite.name} server refuses`, () => {
    let server: ModelServer;
    let accepted: JsonObject;
    let path: string;
    let headers: Record<string, string>;

    before(async () => {
      server = await startModelServer({
        ...suite.server,
        apiKey: contractKey,
        script: twoSteps,
        otherwise: { blocks: [] },
      });
      const settings = sampleSettings({ ...suite.settings, baseUrl: server.url, apiKey: contractKey });
      const provider = createProvider(settings);
      const image = { kind: "media", name: "dot.png", mimeType: "image/png", data: onePixelPng } as const;
      const request = sampleRequest({
        modelId: suite.modelId,
        canReason: true,
        messages: [{ role: "user", content: [{ kind: "text", text: "Look" }, image] }],
        ...suite.request,
      });
      const answer = await collectAnswer(provider, request);
      await collectAnswer(provider, continued(request, answer, { providerId: settings.id }));
      const logged = must(server.requests[1], "the second request");
      assert.equal(logged.refusal, null);
      accepted = logged.body;
      path = logged.path;
      headers = Object.fromEntries(
        Object.entries(logged.headers).flatMap(([name, value]) =>
          typeof value === "string" && !/^(?:host|connection|content-length|accept-encoding)$/u.test(name)
            ? [[name, value]]
            : [],
        ),
      );
    });

    after(async () => {
      await server.close();
    });

    const post = async (body: JsonObject, sentHeaders: Record<string, string>): Promise<Response> =>
      fetch(new URL(path, server.url), { method: "POST", headers: sentHeaders, body: JSON.stringify(body) });

    it("nothing that our provider sends", async () => {
      const response = await post(accepted, headers);
      assert.equal(response.status, 200);
      await response.text();
    });

    for (const fault of suite.faults) {
      it(fault.name, async () => {
        const body = structuredClone(accepted);
        fault.plant(body);
        const response = await post(body, headers);
        const answer = parseJson(await response.text());
        assert.equal(response.status, 400, JSON.stringify(answer));
        const message = isJsonObject(answer) ? suite.messageOf(answer) : undefined;
        assert.match(typeof message === "string" ? message : "", fault.message);
        assert.match(server.requests.at(-1)?.refusal ?? "", fault.message);
      });
    }

    it("a request without its key", async () => {
      const names = ["authorization", "x-api-key", "x-goog-api-key"];
      const bare = Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
      const response = await post(accepted, bare);
      assert.ok(response.status === 401 || response.status === 403, String(response.status));
      await response.text();
    });
  });
}

const twoSteps = [
  {
    blocks: [
      { kind: "reasoning", text: "First look at both." },
      { kind: "tool-call", name: "view", input: { file_path: "a.md" } },
      { kind: "tool-call", name: "bash", input: { command: "ls" } },
    ],
  },
  { blocks: [{ kind: "text", text: "Done." }] },
] as const;
