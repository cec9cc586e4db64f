import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore, runSql, SettableClock } from "../../test/harness/open-test-store.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { ReadHandle, SqlRow, SqlValue } from "../store/handle.ts";
import type { Store } from "../store/store.ts";
import { ForeignSessions } from "./foreign-sessions.ts";

const newestAt = 1_800_000_000;

/** Sessions that all changed in the newest second, as a program leaves them that has changed each. */
const manySessions = `
  drop trigger update_sessions_updated_at;
  insert into sessions (id, title, created_at, updated_at)
    with recursive n(i) as (select 1 union all select i + 1 from n limit 500)
    select 's' || i, 'T', 1, ${newestAt} from n`;

function look(
  store: Store,
  sessions: ForeignSessions,
): { readonly events: readonly SessionEvent[]; readonly rows: number } {
  return store.read((handle) => {
    let rows = 0;
    const counting: ReadHandle = {
      ...handle,
      all(sql: string, parameters?: readonly SqlValue[]): SqlRow[] {
        const found = handle.all(sql, parameters);
        rows += found.length;
        return found;
      },
    };
    return { events: sessions.look(counting), rows };
  });
}

test("sessions of the newest second are not read again once that second is over", async (t) => {
  const clock = new SettableClock((newestAt + 5) * 1000);
  const { store, path: file } = await openTestStore(t);
  runSql(file, manySessions);
  const sessions = store.read((handle) => new ForeignSessions(handle, clock));
  assert.deepEqual(look(store, sessions), { events: [], rows: 0 });
  runSql(file, `update sessions set title = 'Renamed', updated_at = ${newestAt + 5} where id = 's7'`);
  const seen = look(store, sessions);
  assert.deepEqual(seen.events, [{ type: "session-updated", sessionId: "s7" }]);
  assert.equal(seen.rows, 1);
});

test("what changes again within the second of the last look is seen", async (t) => {
  const clock = new SettableClock(newestAt * 1000 + 300);
  const { store, path: file } = await openTestStore(t);
  runSql(file, manySessions);
  const sessions = store.read((handle) => new ForeignSessions(handle, clock));
  for (const title of ["Once", "Twice"]) {
    clock.advance(100);
    runSql(file, `update sessions set title = '${title}' where id = 's7'`);
    assert.deepEqual(look(store, sessions).events, [{ type: "session-updated", sessionId: "s7" }]);
  }
  clock.advance(1500);
  look(store, sessions);
  clock.advance(1500);
  look(store, sessions);
  assert.equal(look(store, sessions).rows, 0);
});
