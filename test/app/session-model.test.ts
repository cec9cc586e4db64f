/** Whatever is done to sessions in two windows: both show what the model of test/harness/session-model.ts says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Action, after, isPossible, type Model, refusalOf } from "../harness/session-model.ts";
import { TwoWindows } from "../harness/two-windows.ts";

interface Held {
  model: Model;
}

class Act implements fc.AsyncCommand<Held, TwoWindows> {
  readonly #action: Action;

  constructor(action: Action) {
    this.#action = action;
  }

  check({ model }: Readonly<Held>): boolean {
    return isPossible(model, this.#action);
  }

  async run(held: Held, windows: TwoWindows): Promise<void> {
    const refusal = refusalOf(held.model, this.#action);
    assert.equal(await windows.perform(this.#action), refusal);
    if (refusal === null) held.model = after(held.model, this.#action);
    await windows.agree(held.model);
  }

  toString(): string {
    return JSON.stringify(this.#action);
  }
}

const at = fc.nat(1);
const session = fc.nat(1);
const place = fc.nat(2);
const text = fc.stringMatching(/^[a-z]{3}$/u);
const kind = fc.constantFrom("follow-up" as const, "steering" as const);
const how = fc.constantFrom("end" as const, "end" as const, "calls" as const, "failure" as const);
const of = <const T extends Action["type"]>(...types: T[]): fc.Arbitrary<T> => fc.constantFrom(...types);

const act = (record: fc.Arbitrary<Action>): fc.Arbitrary<Act> => record.map((action) => new Act(action));
const prompt = act(fc.record({ type: of("prompt"), at, session, text, isDraft: fc.boolean() }));
const add = act(fc.record({ type: of("add"), at, session, text, kind }));
const answer = act(fc.record({ type: of("answer"), session, how }));

const commands = [
  prompt,
  prompt,
  add,
  add,
  add,
  add,
  answer,
  answer,
  answer,
  act(fc.record({ type: of("edit"), at, session, place, text })),
  act(fc.record({ type: of("set-kind"), at, session, place, kind })),
  act(fc.record({ type: of("move"), at, session, place, to: place })),
  act(fc.record({ type: of("remove", "run-now", "run-now"), at, session, place })),
  act(fc.record({ type: of("resume", "cancel"), at, session })),
  act(fc.record({ type: of("rename", "draft", "draft"), at, session, title: text, text })),
  act(fc.record({ type: of("delete", "create", "create"), at, session, title: text })),
  act(fc.record({ type: of("restart"), at })),
];

test("sessions in two windows are what a small model of them says, whatever is done", async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { size: "max", maxCommands: 50 }), async (actions) => {
      await using windows = await TwoWindows.open();
      const held: Held = { model: { windows: [1, 2], sessions: [] } };
      for (const title of ["one", "two"]) {
        await new Act({ type: "create", at: 0, title }).run(held, windows);
      }
      await fc.asyncModelRun(() => ({ model: held, real: windows }), actions);
    }),
    { numRuns: 12, seed: 5, endOnFailure: true },
  );
});
