import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";
import { practiceSettings } from "../../app/provider-settings.ts";
import type { SessionMetrics } from "../../app/app.ts";
import { noUsage } from "../../schema/usage.ts";
import { must } from "../../lib/assert.ts";

test("the practice model is labelled as no AI, once in the details and once in the sidebar", async (t) => {
  const app = new FakeApp({ providers: [practiceSettings] });
  const id = app.addSession("Anvil");
  const choice = { provider: "practice", model: "practice" };
  app.setModel(id, { choice, provider: practiceSettings, info: must(practiceSettings.models[0], "its model") });
  app.addMessage(id, "user", [{ type: "text", text: "hello" }]);
  const running = await startScreenProgram(t, { app, sessionId: id, size: { columns: 120, rows: 30 } });
  assert.equal(running.text.match(/no AI/gu)?.length, 1, running.text);
  await running.resize({ columns: 80, rows: 24 });
  await running.press("ctrl+d");
  const row = must(
    running.rows.find((text) => text.includes(" Model ")),
    running.text,
  );
  assert.match(row, /Practice model \(no AI\) \(built in\)/u);
  assert.equal(row.match(/no AI/gu)?.length, 1, row);
});

test("what was estimated of titles and children is marked, tokens and cost", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  app.addMessage(id, "user", [{ type: "text", text: "hello" }]);
  const part = (isEstimated: boolean): SessionMetrics["titles"] => ({
    consumed: { ...noUsage, inputTokens: 180, outputTokens: 9, isEstimated },
    knownCostUsd: 0.0007,
    unknownCostRequests: 0,
  });
  app.measure(id, { titles: part(true), children: part(false) });
  const running = await startScreenProgram(t, { app, sessionId: id, size: { columns: 120, rows: 30 } });
  await running.press("ctrl+d");
  assert.match(running.text, /Titles +~189 tokens, ~\$0\.0007/u);
  assert.match(running.text, /Children +189 tokens, \$0\.0007/u);
});
