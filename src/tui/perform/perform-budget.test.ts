import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";

test("/budget shows what is spent and sets limits by session, day and project", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app, size: { columns: 120, rows: 30 } });
  const order = async (text: string): Promise<void> => {
    await running.paste(text);
    await running.press("enter");
  };
  await order("/budget");
  assert.match(running.text, /Spent: this session \$1\.50, no limit; today \$1\.50, no limit/u);
  await order("/budget 2.5");
  assert.match(running.text, /this session \$1\.50 of \$2\.50/u);
  app.budgets.unknownCostRequests = 1;
  await order("/budget 0.00005");
  assert.match(running.text, /this session \$1\.50 and 1 request of unknown price of \$0\.00005/u);
  await order("/budget day $10");
  await order("/budget 0");
  assert.match(running.text, /this session \$1\.50 and 1 request of unknown price of \$0/u);
  await order("/budget project 1000001");
  assert.match(running.text, /a limit is at most \$1000000/u);
  await order("/budget session off");
  assert.deepEqual(
    app.calls.filter((call) => call.startsWith("setLimit")),
    [
      `setLimit(session, ${id}, 2.5)`,
      `setLimit(session, ${id}, 0.00005)`,
      `setLimit(day, ${id}, 10)`,
      `setLimit(session, ${id}, 0)`,
      `setLimit(session, ${id}, null)`,
    ],
  );
});

test("/budget says of which models no limit can hold the requests back", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app, size: { columns: 160, rows: 30 } });
  app.budgets.unpricedModels = ["test/odd"];
  const words = /\. The price of test\/odd is unknown: no limit can hold such requests back/u;
  for (const { text, isTold } of [
    { text: "/budget", isTold: false },
    { text: "/budget off", isTold: false },
    { text: "/budget 2.5", isTold: true },
    { text: "/budget", isTold: true },
  ]) {
    await running.paste(text);
    await running.press("enter");
    assert.equal(words.test(running.text), isTold, `${text}\n${running.text}`);
  }
});

test("what is no budget is refused, with examples, and sets nothing", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app, size: { columns: 120, rows: 30 } });
  for (const text of ["much", "day", "day 5 6", "-3"]) {
    await running.paste(`/budget ${text}`);
    await running.press("enter");
    assert.match(running.text, /is no (?:budget|amount of US\$)/u, text);
  }
  assert.ok(!app.calls.some((call) => call.startsWith("setLimit")));
});

test("a warning and a session made elsewhere are told where the person is", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app, size: { columns: 120, rows: 30 } });
  app.emit({ type: "budget-warned", sessionId: id, scope: "day", spentUsd: 8.5, limitUsd: 10 });
  await running.advance(55);
  assert.match(running.text, /\$8\.50 of \$10\.00 of today’s budget is spent/u);
  app.emit({ type: "price-missing", sessionId: id, model: "test/odd", scope: "session", limitUsd: 2 });
  await running.advance(55);
  assert.match(running.text, /The price of test\/odd is unknown: the limit of \$2\.00 for this session can’t hold/u);
  app.emit({ type: "session-made", sessionId: id, madeId: id, title: "Docs", isStarted: false });
  await running.advance(55);
  assert.match(running.text, /New session “Docs” is ready, its prompt waits there/u);
});
