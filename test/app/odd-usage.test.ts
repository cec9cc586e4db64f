/** Whatever a provider says of a request's tokens and cost, the answer is kept and the request booked. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Usage } from "../../src/schema/usage.ts";
import { noUsage } from "../../src/schema/usage.ts";
import { openAppPlace, scriptedUsage } from "../harness/app-place.ts";

type Place = Awaited<ReturnType<typeof openAppPlace>>;

async function answered(place: Place, report: { readonly usage: Usage; readonly costUsd?: number }): Promise<void> {
  place.answers.push(async function* () {
    await Promise.resolve();
    yield { type: "text-delta", blockId: "0", text: "four characters a token" };
    yield { type: "usage", usage: report.usage };
    yield { type: "finish", reason: "end_turn", ...report };
  });
  const { id } = await place.app.openStartSession();
  const { reason, text } = await place.say(id, "hello");
  assert.deepEqual([reason, text], ["end_turn", "four characters a token"]);
}

function booked(place: Place): Record<string, unknown> | undefined {
  return place.query("select * from x_usage where purpose = 'turn'")[0];
}

describe("odd figures of a provider", () => {
  for (const count of [1e30, 2 ** 53, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`${String(count)} tokens are none: what was consumed is estimated`, async (t) => {
      const place = await openAppPlace(t);
      await answered(place, { usage: { ...noUsage, inputTokens: count, outputTokens: 7 } });
      const { input_tokens: input, output_tokens: output, is_estimated: isEstimated } = booked(place) ?? {};
      assert.deepEqual([typeof input, output, isEstimated], ["number", 6, 1]);
      assert.deepEqual(
        place.query("select typeof(prompt_tokens) as prompt, typeof(completion_tokens) as completion from sessions"),
        [{ prompt: "integer", completion: "integer" }],
      );
    });
  }

  for (const costUsd of [-1, 1e300, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`a cost of ${String(costUsd)} is none: the price list's counts`, async (t) => {
      const place = await openAppPlace(t);
      await answered(place, { usage: scriptedUsage, costUsd });
      const { cost_usd: cost, is_provider_cost: isProviderCost } = booked(place) ?? {};
      assert.deepEqual([cost, isProviderCost], [0.002, 0]);
    });
  }
});
