/** Whatever a session holds, the next prompt is taken, stored last, and its request accepted: with each wire family. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createProvider } from "../../src/providers/all.ts";
import { asSessionId } from "../../src/schema/ids.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import type { ModelServer } from "../harness/model-servers/start-model-server.ts";
import { startModelServer } from "../harness/model-servers/start-model-server.ts";
import type { WireFamily } from "../harness/model-servers/script.ts";
import { insertStoredSession, ownOrigin, type StoredSession, storedSession } from "../harness/stored-rows.ts";

const key = "sk-stored-0123456789abcdef";
const families: readonly (readonly [family: WireFamily, type: string, model: string])[] = [
  ["openai-chat", "openai-compat", ownOrigin.model],
  ["anthropic", "anthropic", ownOrigin.model],
  // What is no model of OpenAI's own is spoken to in Chat Completions.
  ["openai-responses", "openai", `gpt-${ownOrigin.model}`],
  ["google", "google", ownOrigin.model],
];

interface Stage {
  readonly place: AppPlace;
  readonly server: ModelServer;
  readonly model: string;
}

async function stage(
  t: Parameters<typeof openAppPlace>[0],
  [family, type, model]: (typeof families)[number],
): Promise<Stage> {
  const otherwise = { blocks: [{ kind: "text", text: "well" }], isRepeated: true } as const;
  const server = await startModelServer({ family, apiKey: key, otherwise });
  t.after(() => server.close());
  const entry = { id: model, context_window: 200_000, default_max_tokens: 4000, can_reason: true };
  const settings = {
    models: { large: { provider: ownOrigin.provider, model }, small: { provider: ownOrigin.provider, model } },
    providers: {
      [ownOrigin.provider]: {
        type,
        base_url: server.url,
        api_key: key,
        models: [
          { ...entry, supports_attachments: true },
          { ...entry, id: `${model}-blind`, supports_attachments: false },
        ],
      },
    },
  };
  return { place: await openAppPlace(t, { settings, createProvider }), server, model };
}

/** The rows as if the model that is asked now had made them, where they are its. */
function asOwn(session: StoredSession, model: string): StoredSession {
  return {
    ...session,
    rows: session.rows.map((row) => (row.model === ownOrigin.model ? { ...row, model } : row)),
  };
}

async function goesOn({ place, server, model }: Stage, session: StoredSession, isBlind: boolean): Promise<void> {
  const id = asSessionId(insertStoredSession(place.databasePath, asOwn(session, model)));
  await place.app.chooseModel(id, { provider: ownOrigin.provider, model: isBlind ? `${model}-blind` : model });
  const before = server.requests.length;
  const outcome = await place.say(id, "and on", { goesOnAnyway: true });
  const refused = server.requests.slice(before).flatMap((request) => request.refusal ?? []);
  assert.deepEqual(refused, []);
  assert.equal(outcome.reason, "end_turn");
  const asked = server.requests[before]?.conversation.at(-1);
  assert.ok(asked?.role === "user" && asked.text.endsWith("and on"), "the prompt is what the request ends with");
  const shown = place.transcript(id);
  assert.deepEqual(
    shown.slice(-2).map(({ role }) => role),
    ["user", "assistant"],
  );
  assert.equal(shown.length, session.rows.length + 2);
}

for (const [index, family] of families.entries()) {
  test(`any stored session goes on (${family[0]})`, async (t) => {
    const open = await stage(t, family);
    await fc.assert(
      fc.asyncProperty(storedSession, fc.boolean(), async (session, isBlind) => goesOn(open, session, isBlind)),
      { seed: 20_261_126 + index, numRuns: 40 },
    );
  });
}
