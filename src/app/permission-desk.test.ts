import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../lib/app-error.ts";
import type { PermissionRules, Verdict } from "../permissions/policy.ts";
import { asSessionId, asToolCallId } from "../schema/ids.ts";
import type { Grant, PermissionAnswer, PermissionRequest } from "../schema/permission.ts";
import type { LiveEvent } from "../schema/session-event.ts";
import type { HeadlessPermission } from "./app.ts";
import { PermissionDesk } from "./permission-desk.ts";
import type { GivenAnswer } from "./resumed-answer.ts";

const never = new AbortController().signal;

function request(id: string, fields: Partial<PermissionRequest> = {}): PermissionRequest {
  return {
    id,
    sessionId: asSessionId("s"),
    toolCallId: asToolCallId(id),
    tool: "bash",
    action: "execute",
    path: "/p",
    command: "make",
    description: "run make",
    display: { title: "Bash", subject: "make", blocks: [] },
    ...fields,
  };
}

/** Asks unless a grant has the very command, the rules allow all, or the command is forbidden. */
function judge(asked: PermissionRequest, rules: PermissionRules): Verdict {
  if (asked.command === "forbidden") return { verdict: "deny", reason: "" };
  const isGranted = rules.allowAll || rules.grants.some((grant) => grant.pattern === asked.command);
  return { verdict: isGranted ? "allow" : "ask", reason: "" };
}

interface Desk {
  readonly desk: PermissionDesk;
  readonly grants: Grant[];
  readonly events: LiveEvent[];
  readonly rules: { allowAll: boolean; saveError: Error | null; isDiskFull: boolean };
  /** Ids of what is on the disk. */
  readonly kept: ReadonlySet<string>;
  readonly ask: (
    requests: PermissionRequest | PermissionRequest[],
    options?: { signal?: AbortSignal; headless?: HeadlessPermission | null; given?: GivenAnswer | null },
  ) => Promise<PermissionAnswer>;
  /** Resolves when this many questions have been asked in all. */
  readonly asked: (count: number) => Promise<void>;
}

function open(): Desk {
  const grants: Grant[] = [];
  const events: LiveEvent[] = [];
  const rules: Desk["rules"] = { allowAll: false, saveError: null, isDiskFull: false };
  const desk = new PermissionDesk({
    loadJudge: () => Promise.resolve(judge),
    rules: () => ({ allowAll: rules.allowAll, allowedTools: [], grants, projectRoot: "/p" }),
    grantPattern: (granted) => granted.command ?? "",
    saveGrant: (grant) => {
      if (rules.saveError !== null) return Promise.reject(rules.saveError);
      grants.push(grant);
      return Promise.resolve();
    },
    reportLostGrant: () => undefined,
    emit: (event) => events.push(event),
    nowMs: () => 1,
    isSame: (shown, now) => shown.command === now.command,
  });
  const kept = new Set<string>();
  const keeper = {
    add: ({ id }: PermissionRequest) => {
      kept.add(id);
    },
    remove: async (id: string) => {
      kept.delete(id);
      return Promise.resolve(!rules.isDiskFull);
    },
  };
  return {
    desk,
    grants,
    events,
    rules,
    kept,
    ask: async (requests, { signal = never, headless = null, given = null } = {}) =>
      desk.authorize([requests].flat(), { signal, headless, keeper, given }),
    asked: async (count) => {
      const isAsked = (): boolean => events.filter((event) => event.type === "permission-asked").length >= count;
      for (let turns = 0; turns < 100 && !isAsked(); turns += 1) await Promise.resolve();
      assert.ok(isAsked());
    },
  };
}

const allowed: PermissionAnswer = { decision: "allow", scope: "once" };

describe("PermissionDesk", () => {
  test("what the rules decide asks nobody", async () => {
    const { ask, rules, events } = open();
    assert.equal((await ask(request("a", { command: "forbidden" }))).decision, "deny");
    rules.allowAll = true;
    assert.deepEqual(await ask(request("b")), allowed);
    assert.deepEqual(await ask([]), allowed);
    assert.deepEqual(events, []);
  });

  test("a question waits for its answer, is listed meanwhile, and takes the first answer only", async () => {
    const { desk, ask, asked, events } = open();
    const answer = ask(request("a"));
    await asked(1);
    assert.deepEqual(
      desk.pending(asSessionId("s")).map(({ id }) => id),
      ["a"],
    );
    assert.deepEqual(desk.pending(asSessionId("other")), []);
    desk.answer("unknown", allowed);
    desk.answer("a", allowed);
    desk.answer("a", { decision: "deny" });
    assert.deepEqual(await answer, allowed);
    assert.deepEqual(desk.pending(asSessionId("s")), []);
    assert.deepEqual(
      events.map((event) => event.type),
      ["permission-asked", "permission-answered"],
    );
  });

  test("of a call's requests the first denial decides; those after it are not asked", async () => {
    const { desk, ask, asked, events } = open();
    const answer = ask([request("a", { command: "one" }), request("b", { command: "two" })]);
    await asked(1);
    desk.answer("a", { decision: "deny", message: "use make" });
    assert.deepEqual(await answer, { decision: "deny", message: "use make" });
    assert.equal(events.length, 2);
  });

  test("a word to the model of blanks only is none", async () => {
    const { desk, ask, asked } = open();
    const answer = ask(request("a"));
    await asked(1);
    desk.answer("a", { decision: "deny", message: "  " });
    assert.deepEqual(await answer, { decision: "deny" });
  });

  test("a lasting answer is kept for its scope and answers the other open questions that it covers", async () => {
    const { desk, ask, asked, grants } = open();
    const open3 = [
      ask(request("a")),
      ask(request("b", { sessionId: asSessionId("other") })),
      ask(request("c", { command: "rm" })),
    ];
    await asked(3);
    desk.answer("a", { decision: "allow", scope: "project" });
    assert.equal((await open3[0])?.decision, "allow");
    assert.deepEqual(await open3[1], allowed);
    assert.deepEqual(
      desk.pending(asSessionId("s")).map(({ id }) => id),
      ["c"],
    );
    assert.deepEqual(
      grants.map(({ scope, sessionId, pattern }) => [scope, sessionId, pattern]),
      [["project", null, "make"]],
    );
    desk.answer("c", { decision: "allow", scope: "session" });
    await open3[2];
    assert.deepEqual([grants[1]?.scope, grants[1]?.sessionId], ["session", "s"]);
    assert.deepEqual(await ask(request("d")), allowed);
  });

  test("a grant that can't be kept still allows this once, and says why", async () => {
    const { desk, ask, asked, rules, grants, events } = open();
    rules.saveError = new AppError("disk-full", "no space left");
    const answer = ask(request("a"));
    await asked(1);
    desk.answer("a", { decision: "allow", scope: "session" });
    assert.equal((await answer).decision, "allow");
    assert.deepEqual(grants, []);
    const lost = { type: "grant-lost", sessionId: asSessionId("s"), message: "no space left", hint: "" } as const;
    assert.deepEqual(events.at(-2), lost);
  });

  test("a question is on the disk while it is open; one that can't be taken away runs nothing", async () => {
    const { desk, ask, asked, rules, kept, grants } = open();
    const first = ask(request("a"));
    await asked(1);
    assert.deepEqual([...kept], ["a"]);
    desk.answer("a", allowed);
    assert.deepEqual(await first, allowed);
    assert.deepEqual([...kept], []);
    rules.isDiskFull = true;
    const second = ask(request("b"));
    await asked(2);
    desk.answer("b", { decision: "allow", scope: "session" });
    assert.deepEqual(await second, { decision: "deny" });
    assert.deepEqual(grants, []);
  });

  test("what was answered before holds for the same question only; a denial whatever is asked now", async () => {
    const { desk, ask, asked, grants, events } = open();
    const before = request("before");
    const forSession = { decision: "allow", scope: "session" } as const;
    assert.deepEqual(await ask(request("a"), { given: { request: before, answer: forSession } }), allowed);
    assert.equal(grants.length, 1);
    const other = ask(request("b", { command: "rm" }), { given: { request: before, answer: allowed } });
    await asked(1);
    const [again] = events;
    assert.ok(again?.type === "permission-asked" && again.origin === "changed");
    desk.answer("b", { decision: "deny" });
    assert.equal((await other).decision, "deny");
    const denial = { request: before, answer: { decision: "deny", message: " " } } as const;
    assert.deepEqual(await ask(request("c", { command: "other" }), { given: denial }), { decision: "deny" });
    const forbidden = { given: { request: before, answer: allowed } };
    assert.equal((await ask(request("d", { command: "forbidden" }), forbidden)).decision, "deny");
  });

  test("switching to allow all answers what is open", async () => {
    const { desk, ask, asked, rules } = open();
    const answer = ask(request("a"));
    await asked(1);
    rules.allowAll = true;
    await desk.reconsider();
    assert.deepEqual(await answer, allowed);
  });

  test("an abort denies, before and while it asks, and leaves nothing open", async () => {
    const { desk, ask, asked } = open();
    assert.deepEqual(await ask(request("a"), { signal: AbortSignal.abort() }), { decision: "deny" });
    const abort = new AbortController();
    const answer = ask(request("b"), { signal: abort.signal });
    await asked(1);
    abort.abort();
    assert.deepEqual(await answer, { decision: "deny" });
    assert.deepEqual(desk.pending(asSessionId("s")), []);
  });

  test("where nobody is there, what would ask is allowed, or denied with a word to the model", async () => {
    const { ask, events } = open();
    assert.deepEqual(await ask(request("a"), { headless: "allow" }), allowed);
    for (const headless of ["deny", "ask-config"] as const) {
      const answer = await ask(request("b"), { headless });
      assert.ok(answer.decision === "deny" && /Nobody is there/u.test(answer.message ?? ""));
    }
    assert.equal((await ask(request("c", { command: "forbidden" }), { headless: "allow" })).decision, "deny");
    assert.deepEqual(events, []);
  });
});
