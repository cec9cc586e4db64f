/** A sandbox whose only model is a scripted loopback server, for the length of one story. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type ModelServer, type ModelServerOptions, startModelServer } from "./model-servers/start-model-server.ts";
import type { LoggedRequest, ScriptedStep } from "./model-servers/script.ts";
import { Sandbox } from "./sandbox.ts";
import { scriptedKey, useScriptedModel } from "./scripted-config.ts";
import { assertStrict } from "./strict-reader.ts";

export interface ModelStage {
  readonly sandbox: Sandbox;
  readonly server: ModelServer;
}

/** What a title request gets unless the script says otherwise. */
const scriptedTitle: ScriptedStep = { blocks: [{ kind: "text", text: "A scripted title" }] };

export interface StageOptions extends Partial<ModelServerOptions> {
  /** What the server refuses, where that is what the story is about. Default: nothing. */
  readonly refusals?: readonly string[];
  /** `unsettled`: the story leaves a turn that its process did not live to end. Default: `at-rest`. */
  readonly leaves?: "at-rest" | "unsettled";
}

/**
 * Fails where the validating server refused a request, or where the database that the story leaves breaks the format: no
 * story passes on either.
 */
export async function withModel(
  story: (stage: ModelStage) => Promise<void>,
  { refusals = [], leaves = "at-rest", ...options }: StageOptions = {},
): Promise<void> {
  using sandbox = new Sandbox();
  const server = await startModelServer({
    family: "openai-chat",
    apiKey: scriptedKey,
    otherwise: scriptedTitle,
    ...options,
  });
  try {
    useScriptedModel(sandbox, { url: server.url });
    await story({ sandbox, server });
    assert.deepEqual(
      server.requests.flatMap((request) => request.refusal ?? []),
      refusals,
      "refused requests",
    );
    if (leaves === "at-rest" && existsSync(sandbox.database)) assertStrict(sandbox.database);
  } finally {
    await server.close();
  }
}

/** An answer of plain text to a turn's request; titles are asked for without tools. */
export function answer(text: string): ScriptedStep {
  return { match: { hasTools: true }, blocks: [{ kind: "text", text }] };
}

/** The requests of turns, titles and summaries left out. */
export function turnRequests(server: ModelServer): LoggedRequest[] {
  return server.requests.filter((request) => request.hasTools);
}
