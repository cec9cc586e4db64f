/** A project for ours and a real Crush, with a loopback model. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { must } from "../../src/lib/assert.ts";
import type { LoggedRequest, ScriptedBlock } from "../harness/model-servers/script.ts";
import { type ModelServer, startModelServer } from "../harness/model-servers/start-model-server.ts";
import { Sandbox } from "../harness/sandbox.ts";
import { useScriptedModel } from "../harness/scripted-config.ts";
import { ourSide, type ProgramSide, realCrush } from "./program-side.ts";

export interface Pair {
  readonly ours: ProgramSide;
  readonly crush: ProgramSide;
  readonly server: ModelServer;
  readonly sandbox: Sandbox;
}

export async function withBoth(t: TestContext, story: (pair: Pair) => Promise<void>): Promise<void> {
  using sandbox = new Sandbox();
  const crush = realCrush(sandbox);
  if (crush === null) {
    t.skip("no real Crush at hand (CRUSH_BIN is not set)");
    return;
  }
  const server = await startModelServer({
    family: "openai-chat",
    dialect: "deepseek",
    otherwise: { blocks: [{ kind: "text", text: "A scripted title" }] },
  });
  try {
    useScriptedModel(sandbox, { url: server.url });
    await story({ ours: ourSide(sandbox), crush, server, sandbox });
    assert.equal(server.unusedSteps(), 0, "every scripted answer was asked for");
    assert.deepEqual(refusals(server), []);
  } finally {
    await server.close();
  }
}

function refusals(server: ModelServer): string[] {
  return server.requests.flatMap((request) => request.refusal ?? []);
}

export function answerWith(server: ModelServer, ...blocks: readonly ScriptedBlock[]): void {
  server.push({ match: { hasTools: true }, blocks });
}

export function answerText(server: ModelServer, text: string): void {
  answerWith(server, { kind: "text", text });
}

export function lastTurn(server: ModelServer): LoggedRequest {
  return must(
    server.requests.findLast((request) => request.hasTools),
    "a request of a turn",
  );
}
