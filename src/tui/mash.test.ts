import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { fakeConfig, fakeModel, fakeProvider, practiceProvider } from "../../test/harness/fake-facts.ts";
import { startScreenProgram } from "../../test/harness/screen-program.ts";
import { AppError } from "../lib/app-error.ts";
import { asToolCallId, type SessionId } from "../schema/ids.ts";
import type { PermissionRequest } from "../schema/permission.ts";
import { textWidth } from "../term/width.ts";

const letters = Array.from("aefhjkqrtxyGJ/@!\\ 1é鍛");
const named = "enter tab escape up down left right backspace delete home end pageUp pageDown".split(" ");
const controls = Array.from("dfjlnoprstuvxydg", (letter) => `ctrl+${letter}`);
const keys = [...letters, ...named, ...controls];

const action = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("key" as const), key: fc.constantFrom(...keys) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("paste" as const), text: fc.string({ maxLength: 3000, unit: "binary" }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("mouse" as const),
      action: fc.constantFrom(
        "press" as const,
        "drag" as const,
        "release" as const,
        "wheel-up" as const,
        "wheel-down" as const,
      ),
      row: fc.nat(40),
      column: fc.nat(130),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("resize" as const),
      columns: fc.integer({ min: 1, max: 150 }),
      rows: fc.integer({ min: 1, max: 50 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("ask" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("end" as const), isGood: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("time" as const), ms: fc.constantFrom(40, 400, 3000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refuse" as const) }) },
);

function question(sessionId: SessionId, number: number): PermissionRequest {
  return {
    id: `request-${number}`,
    sessionId,
    toolCallId: asToolCallId(`call-${number}`),
    tool: "bash",
    action: "execute",
    path: "/home/ada/forge",
    command: "make all",
    description: "Execute command: make all",
    display: { title: "Bash", subject: "make all", blocks: [{ kind: "text", text: "make all\n".repeat(60) }] },
  };
}

test("whatever is pressed, pasted, clicked and answered: no bug, and every row fits", async (t) => {
  const providers = [
    fakeProvider({ models: [fakeModel(), fakeModel({ id: "deep", name: "Deep", reasoningLevels: ["low", "high"] })] }),
    fakeProvider({ id: "far", name: "Far", apiKey: null }),
    practiceProvider,
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 80 }), async (actions) => {
      const app = new FakeApp({ providers, config: { surroundings: { ...fakeConfig().surroundings, editor: null } } });
      for (const title of ["One", "Two", "Three"]) app.addSession(title);
      app.paths = ["src/one.ts", "two.png"];
      const running = await startScreenProgram(t, { app, size: { columns: 110, rows: 30 } });
      let bug: unknown;
      running.program.ended.catch((error: unknown) => {
        bug = error;
      });
      for (const [number, step] of actions.entries()) {
        const shown = running.program.state.session?.id ?? app.lastSession().id;
        if (step.kind === "key") await running.press(step.key);
        else if (step.kind === "paste") await running.paste(step.text);
        else if (step.kind === "mouse") await running.mouse(step.action, step);
        else if (step.kind === "resize") await running.resize(step);
        else if (step.kind === "ask") {
          app.emit({ type: "permission-asked", sessionId: shown, request: question(shown, number) });
        } else if (step.kind === "end") await app.endTurn(shown, { reason: step.isGood ? "end_turn" : "error" });
        else if (step.kind === "time") await running.advance(step.ms);
        else app.refusal = new AppError("model-missing", "no model");
        assert.equal(bug, undefined);
        for (const row of running.rows) {
          const { columns } = running.screen.size;
          assert.ok(textWidth(row) <= columns, `${columns} columns: ${JSON.stringify(row)}`);
        }
      }
      running.program[Symbol.dispose]();
    }),
    { numRuns: 60, seed: 20_261_123 },
  );
});
