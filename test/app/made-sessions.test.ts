/** Sessions that the agent makes and looks up when it is asked in words. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SessionId } from "../../src/schema/ids.ts";
import type { Message } from "../../src/schema/message.ts";
import { type AppPlace, openAppPlace, type ScriptedCall } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

function make(title: string, prompt: string, part: object = {}): ScriptedCall {
  return { name: "session_create", input: { title, prompt, ...part } };
}

function resultsOf(messages: readonly Message[]): string[] {
  return messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === "tool_result" ? [part.content] : [])));
}

function made(place: AppPlace, caller: SessionId): SessionId[] {
  return place.events.flatMap((event) =>
    event.type === "session-made" && event.sessionId === caller ? [event.madeId] : [],
  );
}

function promptsOf(place: AppPlace, sessionId: SessionId): string[] {
  return place.turnRequests
    .filter(({ request }) => request.cacheKey === sessionId)
    .map(({ request }) => JSON.stringify(request.messages));
}

describe("sessions made by a tool", () => {
  test("the new one works in the background on the same model, and knows nothing of the old one", async (t) => {
    const place = await openAppPlace(t);
    const caller = await place.app.openStartSession();
    place.answerPermissions({ decision: "allow", scope: "once" });
    place.answers.push([make("The docs", "Write the README")]);
    await place.say(caller.id, "Make a session for the docs and start there. The secret word is walnut.");
    await place.app.finishStartedTurns();
    const [id] = made(place, caller.id);
    assert.ok(id !== undefined);
    const { session, facts } = place.app.showSession(id);
    assert.deepEqual(
      [session.title, session.parentSessionId, facts?.titleSource, facts?.model],
      ["The docs", null, "model", "big"],
    );
    assert.deepEqual(
      place.transcript(id).map(({ role }) => role),
      ["user", "assistant"],
    );
    const [request] = promptsOf(place, id);
    assert.match(request ?? "", /Write the README/u);
    assert.doesNotMatch(request ?? "", /walnut/u);
    assert.ok(promptsOf(place, caller.id).every((text) => !text.includes('"text":"Write the README"')));
  });

  test("left ready, its prompt waits there as a draft and nothing runs", async (t) => {
    const place = await openAppPlace(t);
    const caller = await place.app.openStartSession();
    place.answerPermissions({ decision: "allow", scope: "once" });
    place.answers.push([make("Later", "Do it later", { start: false })]);
    await place.say(caller.id, "Prepare a session");
    assert.equal(place.app.countStartedTurns(), 0);
    const [id] = made(place, caller.id);
    assert.ok(id !== undefined);
    assert.deepEqual([place.app.readDraft(id), place.transcript(id).length], ["Do it later", 0]);
  });

  test("nothing is made without a permission", async (t) => {
    const place = await openAppPlace(t);
    const caller = await place.app.openStartSession();
    place.answerPermissions({ decision: "deny" });
    place.answers.push([make("Docs", "Write")]);
    await place.say(caller.id, "Make one");
    assert.deepEqual(made(place, caller.id), []);
    assert.deepEqual(place.query("select count(*) as count from sessions"), [{ count: 1 }]);
  });

  test("at most five a turn; the next turn may make more", async (t) => {
    const place = await openAppPlace(t);
    const caller = await place.app.openStartSession();
    place.app.setYolo(true);
    const seven = Array.from({ length: 7 }, (_, index) => make(`Number ${index}`, "Go", { start: false }));
    place.answers.push(seven);
    await place.say(caller.id, "Make seven");
    assert.equal(made(place, caller.id).length, 5);
    assert.equal(resultsOf(place.transcript(caller.id)).filter((text) => text.includes("which is the most")).length, 2);
    place.answers.push(seven.slice(0, 1));
    await place.say(caller.id, "One more");
    assert.equal(made(place, caller.id).length, 6);
  });

  test("a child session makes none", async (t) => {
    const place = await openAppPlace(t);
    const parent = await place.app.createSession({ title: "Parent" });
    const child = await place.app.createSession({ title: "Child" });
    runSql(place.databasePath, `update sessions set parent_session_id = '${parent.id}' where id = '${child.id}'`);
    place.app.setYolo(true);
    place.answers.push([make("Docs", "Write")]);
    await place.say(child.id, "Make one");
    assert.deepEqual(made(place, child.id), []);
    assert.match(resultsOf(place.transcript(child.id)).join(), /child session can't make sessions/u);
  });
});

describe("earlier work", () => {
  test("is listed and read when a call asks, and stands in no request before", async (t) => {
    const place = await openAppPlace(t);
    const earlier = await place.app.createSession({ title: "The parser" });
    place.answers.push("The bug was the missing walnut.");
    await place.say(earlier.id, "Find the bug");
    const caller = await place.app.createSession({ title: "Another day" });
    const hash = place.app.shortId(earlier.id);
    place.answers.push(
      [{ name: "session_list", input: {} }],
      [{ name: "session_read", input: { session: hash.slice(0, 8) } }],
      [{ name: "session_read", input: { session: place.app.shortId(caller.id) } }],
    );
    await place.say(caller.id, "What was it about the parser?");
    const [listed, read, itself] = resultsOf(place.transcript(caller.id));
    assert.match(listed ?? "", new RegExp(`^${hash.slice(0, 12)} .* idle {2}2 messages {2}The parser$`, "u"));
    assert.match(read ?? "", /Person: Find the bug\n\nAssistant: The bug was the missing walnut\./u);
    assert.match(itself ?? "", /this very session/u);
    const [first] = promptsOf(place, caller.id);
    assert.doesNotMatch(first ?? "", /walnut|Find the bug/u);
  });

  test("is searched without the session that asks, however much that one has said of it", async (t) => {
    const place = await openAppPlace(t);
    const earlier = await place.app.createSession({ title: "The zoo" });
    place.answers.push("A walrus has tusks.");
    await place.say(earlier.id, "What is a walrus?");
    const caller = await place.app.createSession({ title: "Walrus again" });
    for (const part of ["one", "two", "three"]) await place.say(caller.id, `About the walrus, part ${part}`);
    runSql(
      place.databasePath,
      `insert into read_files (session_id, path, read_at) values ('${caller.id}', 'walrus.txt', 1)`,
    );
    const search = (query: string, limit: number): ScriptedCall[] => [
      { name: "session_search", input: { query, limit } },
    ];
    place.answers.push(search("walrus", 2), search("walrus", 1), search("alru", 2), search("walrus -tusks", 5));
    await place.say(caller.id, "What did we say about the walrus?");
    const found = resultsOf(place.transcript(caller.id)).map((text) => text.replaceAll(/\d{4}-\d\d-\d\d/gu, "<day>"));
    const head = `${place.app.shortId(earlier.id).slice(0, 12)}  <day>  The zoo\n   `;
    const prompt = `${head} prompt: What is a walrus?`;
    assert.deepEqual(found, [
      `${head} answer: A walrus has tusks.\n${prompt}`,
      `${head} answer: A walrus has tusks.`,
      prompt,
      prompt,
    ]);
  });

  test("is read a page at a time, from the newest on", async (t) => {
    const place = await openAppPlace(t);
    const earlier = await place.app.createSession({ title: "The zoo" });
    for (const animal of ["auk", "bee", "cat"]) {
      place.answers.push(`Of the ${animal}`);
      await place.say(earlier.id, `About the ${animal}`);
    }
    const caller = await place.app.createSession({ title: "Another day" });
    const read = (part: object): ScriptedCall => {
      return { name: "session_read", input: { session: place.app.shortId(earlier.id), limit: 4, ...part } };
    };
    place.answers.push([read({})]);
    await place.say(caller.id, "What was there?");
    const [newest = ""] = resultsOf(place.transcript(caller.id));
    assert.deepEqual(newest.match(/(?:Of|About) the \w+/gu), [
      "About the bee",
      "Of the bee",
      "About the cat",
      "Of the cat",
    ]);
    const before = Number(/give before=(\d+)\./u.exec(newest)?.[1]);
    place.answers.push([read({ before })]);
    await place.say(caller.id, "And before?");
    const older = resultsOf(place.transcript(caller.id)).at(-1) ?? "";
    assert.deepEqual(older.match(/(?:Of|About) the \w+/gu), ["About the auk", "Of the auk"]);
    assert.doesNotMatch(older, /give before/u);
  });
});
