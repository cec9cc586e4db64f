import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { SearchHit } from "../../src/app/search.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { querySql, runSql } from "../harness/open-test-store.ts";

function indexPath(place: AppPlace): string {
  return path.join(path.dirname(place.databasePath), "search.db");
}

async function find(place: AppPlace, query: string): Promise<readonly SearchHit[]> {
  const result = await place.app.search.find(query, { isPatient: true });
  assert.ok(result !== null);
  assert.equal(result.problem, null);
  return result.hits;
}

async function fieldsFound(place: AppPlace, query: string): Promise<string[]> {
  return (await find(place, query)).map((hit) => hit.field);
}

/** A session as Crush writes it. */
function crushSession(place: AppPlace, id: string, texts: Readonly<Record<string, string>>): void {
  const rows = Object.entries(texts).map(([role, text], index) => {
    const parts = JSON.stringify([{ type: "text", data: { text } }]).replaceAll("'", "''");
    return `insert into messages (id, session_id, role, parts, model, created_at, updated_at)
      values ('${id}-${String(index)}', '${id}', '${role}', '${parts}', 'birch-2', 1000, 1000);`;
  });
  runSql(
    place.databasePath,
    `insert into sessions (id, title, created_at, updated_at) values ('${id}', 'Title of ${id}', 1000, 1000);${rows.join("")}`,
  );
}

function marked({ snippet, ranges }: SearchHit): string {
  return ranges.map(({ start, end }) => snippet.slice(start, end)).join("|");
}

const input = { command: "printf 'wolfram output'", description: "Print a metal" };

const touch = { command: "touch x", description: "Make it" };

describe("what is found", () => {
  test("sessions below others by their titles too, after the others; old rows of titles never", async (t) => {
    const place = await openAppPlace(t);
    runSql(
      place.databasePath,
      `insert into sessions (id, parent_session_id, title, created_at, updated_at) values
         ('top', null, 'Rust on the saws', 1000, 1000), ('below', 'top', 'Look for rust', 1001, 3000),
         ('deeper', 'below', 'Rust on blade two', 1002, 1002), ('title-top', 'top', 'Generate a title: rust', 1000, 2000)`,
    );
    const found = async (query: string, knowsTitles = false): Promise<string[]> => {
      const result = await place.app.search.find(query, { isPatient: true, knowsTitles });
      return (result?.hits ?? []).map(({ sessionId, isChild }) => `${sessionId}${isChild === true ? " (child)" : ""}`);
    };
    assert.deepEqual(await found("rust"), ["top", "below (child)", "deeper (child)"]);
    assert.deepEqual(
      await found("rust", true),
      ["below (child)", "deeper (child)"],
      "who lists sessions knows their titles",
    );
    assert.deepEqual(await found("after:1970-01-01"), ["top"], "qualifiers alone list no children");
  });

  test("words of prompts, answers, arguments and outputs; titles; with their places", async (t) => {
    const place = await openAppPlace(t, {
      answers: [[{ name: "bash", input }], "The getUserName function lies in 資料データ."],
    });
    place.app.setYolo(true);
    const { id } = await place.app.createSession();
    await place.say(id, "Where is the Übersicht of parse_config_file?");
    assert.deepEqual(await fieldsFound(place, "wolfram"), ["tool-input", "tool-output"].toReversed());
    assert.deepEqual(await fieldsFound(place, "metal"), ["tool-input"]);
    const [prompt] = await find(place, "ubersicht");
    assert.deepEqual(
      prompt && { field: prompt.field, marked: marked(prompt), title: prompt.title, hash: prompt.hash },
      { field: "prompt", marked: "Übersicht", title: "A fitting title", hash: place.app.shortId(id) },
    );
    assert.deepEqual(await fieldsFound(place, "parse_config_file"), ["prompt"]);
    assert.deepEqual(await fieldsFound(place, "nfig_fi"), ["prompt"], "any part of a prompt");
    assert.deepEqual(await fieldsFound(place, "userName"), ["answer"]);
    assert.deepEqual((await find(place, "データ")).map(marked), ["データ"]);
    assert.deepEqual(await fieldsFound(place, "ーデ"), []);
    assert.deepEqual(await fieldsFound(place, "fitt"), ["title"]);
    assert.deepEqual(await fieldsFound(place, '"function lies"'), ["answer"]);
    assert.deepEqual(await fieldsFound(place, '"lies function"'), []);
    assert.deepEqual(await fieldsFound(place, "function -lies "), []);
  });

  test("what another program wrote, changed and deleted", async (t) => {
    const place = await openAppPlace(t);
    crushSession(place, "ours", { user: "about the harbour", assistant: "It has cranes." });
    assert.deepEqual(await fieldsFound(place, "cranes"), ["answer"]);
    runSql(
      place.databasePath,
      `update messages set parts = replace(parts, 'cranes', 'lighthouses') where id = 'ours-1';
       delete from messages where id = 'ours-0';`,
    );
    assert.deepEqual(await fieldsFound(place, "cranes"), []);
    assert.deepEqual(await fieldsFound(place, "harbour"), []);
    assert.deepEqual(await fieldsFound(place, "lighthouses"), ["answer"]);
    runSql(place.databasePath, "delete from sessions where id = 'ours'");
    assert.deepEqual(await fieldsFound(place, "lighthouses"), []);
    assert.deepEqual(querySql(indexPath(place), "select count(*) as n from document"), [{ n: 0 }]);
  });

  test("qualifiers narrow it down, and alone they list sessions", async (t) => {
    const place = await openAppPlace(t);
    crushSession(place, "old", { user: "walnut", assistant: "walnut too" });
    const { id } = await place.app.createSession();
    await place.say(id, "walnut again");
    runSql(
      place.databasePath,
      `insert into files (id, session_id, path, content, created_at, updated_at) values ('f', 'old', '/p/src/nut-cracker.ts', '', 1, 1);
       update sessions set cost = 3 where id = 'old'`,
    );
    const sessions = async (query: string): Promise<string[]> => [
      ...new Set((await find(place, query)).map((hit) => (hit.sessionId === id ? "new" : hit.sessionId))),
    ];
    assert.deepEqual(await sessions("walnut"), ["new", "old"]);
    assert.deepEqual(await sessions("walnut file:cracker"), ["old"]);
    assert.deepEqual(await sessions("walnut -file:cracker"), ["new"]);
    assert.deepEqual(await sessions("walnut model:birch"), ["old"]);
    assert.deepEqual(await sessions("walnut before:2000"), ["old"]);
    assert.deepEqual(await sessions("walnut after:today"), ["new"]);
    assert.deepEqual(await sessions("cost:>2"), ["old"]);
    assert.deepEqual(await sessions("cost:<2"), ["new"]);
    assert.deepEqual(await sessions("is:running"), []);
    assert.deepEqual(await fieldsFound(place, "nut-crack"), ["path"]);
  });

  test("where nothing but unwanted words stands, the sessions without them in their titles are listed", async (t) => {
    const place = await openAppPlace(t);
    runSql(
      place.databasePath,
      `insert into sessions (id, parent_session_id, title, cost, created_at, updated_at) values
         ('anvil', null, 'Anvil', 3, 1000, 3000), ('hammer', null, 'Hammer', 3, 1000, 2000),
         ('horn', 'hammer', 'Horn', 0, 1000, 2000), ('tongs', null, 'Tongs', 0, 1000, 1000)`,
    );
    const sessions = async (query: string): Promise<string[]> =>
      (await find(place, query)).map(({ sessionId }) => sessionId);
    assert.deepEqual(await sessions("-anvil"), ["hammer", "tongs"]);
    assert.deepEqual(await sessions("cost:>1 -anvil"), ["hammer"]);
    assert.deepEqual(await sessions("-anvil -tongs before:today"), ["hammer"]);
  });

  test("sessions that wait and that failed are found by who does not run them", async (t) => {
    const failure = { kind: "auth", message: "wrong key", isRetryable: false } as const;
    const place = await openAppPlace(t, { answers: [failure, failure, "fine", [{ name: "bash", input: touch }]] });
    const window = place.app;
    const [failed, recovered, asking] = await Promise.all(
      ["failed", "recovered", "asking"].map(async (title) => {
        const { id } = await window.createSession();
        await window.renameSession(id, title);
        return id;
      }),
    );
    assert.ok(failed !== undefined && recovered !== undefined && asking !== undefined);
    await place.say(failed, "walnut");
    await place.say(recovered, "walnut");
    await place.say(recovered, "again");
    const asked = Promise.withResolvers<undefined>();
    window.watch((event) => {
      if (event.type === "permission-asked") asked.resolve(undefined);
    });
    const turn = window.sendPrompt(asking, { text: "make it", attachments: [] });
    await asked.promise;
    crushSession(place, "quoted", { user: "walnut", assistant: '{"reason":"error"}' });
    crushSession(place, "crashed", { user: "walnut" });
    runSql(
      place.databasePath,
      `insert into messages (id, session_id, role, parts, created_at, updated_at) values ('end', 'crashed', 'assistant',
         '[{"type":"finish","data":{"reason":"error","time":1,"message":"Provider Error"}}]', 1000, 1000)`,
    );
    await place.open();
    t.after(async () => {
      await window.close();
      await turn;
    });
    const titles = async (query: string): Promise<string[]> => [
      ...new Set((await find(place, query)).map(({ title }) => title).toSorted()),
    ];
    assert.deepEqual(await titles("is:failed"), ["Title of crashed", "failed"]);
    assert.deepEqual(await titles("is:failed walnut -file:none"), ["Title of crashed", "failed"]);
    assert.deepEqual(await titles("-is:failed walnut"), ["Title of quoted", "recovered"]);
    assert.deepEqual(await titles("is:waiting"), ["asking"]);
    await window.cancelTurn(asking);
    await turn;
    assert.deepEqual(await titles("is:waiting"), []);
  });

  test("what makes no sense is looked for as text, and said", async (t) => {
    const place = await openAppPlace(t);
    crushSession(place, "odd", { user: 'say "is:happy" AND (NOT' });
    const result = await place.app.search.find("is:happy", { isPatient: true });
    assert.match(result?.problem ?? "", /^is:happy was looked for as text: there are is:running/u);
    assert.equal(result?.hits.length, 1);
    for (const query of ['"', "(", "AND", "*", "NEAR(", "a:b:c", "^x", "{}", "\0", '"a" *']) {
      assert.ok((await place.app.search.find(query, { isPatient: true })) !== null, query);
    }
  });

  test("at most as many as asked for, and whether there are more; the newest query wins", async (t) => {
    const place = await openAppPlace(t);
    for (let count = 0; count < 5; count += 1) crushSession(place, `s${String(count)}`, { user: "pine" });
    const limited = await place.app.search.find("pine", { limit: 3, isPatient: true });
    assert.equal(limited?.hits.length, 3);
    assert.equal(limited?.isComplete, false);
    const told: (readonly SearchHit[])[] = [];
    const answered = await place.app.search.find("pine", { onFirst: ({ hits }) => told.push(hits) });
    assert.deepEqual(told, [answered?.hits], "the first hits come before the answer, hashes too");
    const abort = new AbortController();
    const [first, second] = [place.app.search.find("pine"), place.app.search.find("pine")];
    assert.equal(await first, null);
    assert.equal((await second)?.hits.length, 5);
    const third = place.app.search.find("pine", { signal: abort.signal });
    abort.abort();
    assert.equal(await third, null);
  });
});

test("several search at once: what is typed gives way to what is typed next, the others are all answered", async (t) => {
  const place = await openAppPlace(t);
  crushSession(place, "forest", { user: "alder", assistant: "rowan" });
  const { search } = place.app;
  const abort = new AbortController();
  const searches = [
    search.find("alder", { isPatient: true }),
    search.find("row"),
    search.find("rowan"),
    search.find("rowan", { isPatient: true }),
    search.find("alder", { isPatient: true, signal: abort.signal }),
  ];
  abort.abort();
  const found = await Promise.all(searches);
  assert.deepEqual(
    found.map((result) => result?.hits.map(({ snippet }) => snippet) ?? null),
    [["alder"], null, ["rowan"], ["rowan"], null],
  );
});

test("what is said while the index is kept up is found without catching up", async (t) => {
  const place = await openAppPlace(t, { answers: ["An answer about basalt."] });
  const { promise: isReady, resolve } = Promise.withResolvers<void>();
  const stop = place.app.search.onIndexed(resolve);
  place.app.search.keepIndexed();
  await isReady;
  stop();
  const { id } = await place.app.createSession();
  await place.say(id, "and granite");
  const seen = Promise.withResolvers<void>();
  place.app.search.onIndexed(() => {
    void place.app.search.find("basalt").then((result) => {
      if (result?.hits.length === 1) seen.resolve();
    });
  });
  await seen.promise;
  assert.equal(place.app.listSessions()[0]?.figures.messageCount, 2);
});

function filesHolding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

test("a deleted session leaves the index at once, its words too, while another process has it open", async (t) => {
  const place = await openAppPlace(t, { answers: ["It is fine.", "The secret is zirconium."] });
  const kept = await place.app.createSession();
  await place.say(kept.id, "something else");
  const { id } = await place.app.createSession();
  await place.say(id, "tell me zirconium");
  assert.equal((await find(place, "zirconium")).length, 2);
  assert.ok(filesHolding(path.dirname(indexPath(place)), "zirconium").some((file) => file.includes("search.db")));
  await place.app.deleteSession(id);
  assert.deepEqual(
    filesHolding(path.dirname(indexPath(place)), "zirconium").filter((file) => file.includes("search.db")),
    [],
  );
  assert.equal((await find(place, "zirconium")).length, 0);
  assert.equal((await find(place, "something")).length, 1);
});

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ["damaged", (file) => writeFileSync(file, Buffer.alloc(8192, 7))],
  ["another program's", (file) => writeForeign(file)],
  ["an older one", (file) => runSql(file, "pragma user_version = 0")],
  ["empty", (file) => writeFileSync(file, "")],
];

function writeForeign(file: string): void {
  writeFileSync(file, "");
  runSql(file, "create table theirs (a)");
}

for (const [what, damage] of damages) {
  test(`an index that is ${what} is made anew`, async (t) => {
    const place = await openAppPlace(t);
    crushSession(place, "kept", { user: "cobalt" });
    assert.equal((await find(place, "cobalt")).length, 1);
    await place.close();
    damage(indexPath(place));
    await place.open();
    assert.equal((await find(place, "cobalt")).length, 1);
    assert.equal(statSync(indexPath(place)).mode & 0o777, 0o600);
  });
}

test("a newer program's index is left alone; titles are found", async (t: TestContext) => {
  const place = await openAppPlace(t);
  crushSession(place, "kept", { user: "nickel" });
  assert.equal((await find(place, "nickel")).length, 1);
  await place.close();
  runSql(indexPath(place), "pragma user_version = 99");
  await place.open();
  const result = await place.app.search.find("kept", { isPatient: true });
  assert.equal(result?.hits.length, 1);
  assert.equal(result.isIndexed, false);
  assert.deepEqual(querySql(indexPath(place), "pragma user_version"), [{ user_version: 99 }]);
});

test("messages around a hit, for a preview", async (t) => {
  const place = await openAppPlace(t);
  crushSession(place, "long", { user: "tin", assistant: "lead" });
  const [hit] = await find(place, "lead");
  assert.ok(hit?.messageId);
  const around = place.app.search.around("long" as SessionId, hit.messageId, 3);
  assert.deepEqual(
    around.map((message) => message.role),
    ["user", "assistant"],
  );
});
