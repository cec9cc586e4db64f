import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openTestStore, querySql } from "../../test/harness/open-test-store.ts";

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly columns?: readonly unknown[];
  readonly foreign_keys?: readonly unknown[];
  readonly unique?: readonly (readonly string[])[];
  readonly rows?: readonly unknown[];
}

function expectedObjects(): SchemaObject[] {
  const file = new URL("../../test/fixtures/crush-schema.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as SchemaObject[];
}

/** The database's objects in the form of crush-schema.json, ours and SQLite's own left out. */
function describeDatabase(file: string): SchemaObject[] {
  const objects = querySql(
    file,
    "select type, name, tbl_name as 'table' from sqlite_master where name not like 'sqlite_%' and tbl_name not like 'x\\_%' escape '\\'",
  );
  return objects.map((object) => {
    const [type, name, table] = [object["type"], object["name"], object["table"]].map(String) as [
      string,
      string,
      string,
    ];
    if (type === "trigger") return { type, name, table };
    if (type === "index") return { type, name, table, columns: indexColumns(file, name) };
    return { type, name, table, ...describeTable(file, name) };
  });
}

function indexColumns(file: string, index: string): string[] {
  return querySql(file, `select name from pragma_index_info('${index}') order by seqno`).map((row) =>
    String(row["name"]),
  );
}

function describeTable(file: string, table: string): Partial<SchemaObject> {
  const columns = querySql(file, `select name, type, "notnull", dflt_value, pk from pragma_table_info('${table}')`).map(
    (row) => ({
      name: row["name"],
      type: row["type"],
      not_null: row["notnull"] === 1,
      default: row["dflt_value"],
      key: row["pk"],
    }),
  );
  if (table === "goose_db_version") {
    const rows = querySql(file, "select version_id, is_applied from goose_db_version order by id");
    return { columns, rows: rows.map((row) => [row["version_id"], row["is_applied"]]) };
  }
  const foreignKeys = querySql(
    file,
    `select "from", "table", "to", on_delete from pragma_foreign_key_list('${table}')`,
  ).map((row) => ({
    column: row["from"],
    to: `${String(row["table"])}(${String(row["to"])})`,
    on_delete: row["on_delete"],
  }));
  const unique = querySql(file, `select name from pragma_index_list('${table}') where origin = 'u'`).map((row) =>
    indexColumns(file, String(row["name"])),
  );
  return { columns, foreign_keys: foreignKeys, unique };
}

function byTypeAndName(objects: readonly SchemaObject[]): SchemaObject[] {
  return objects.toSorted((left, right) => `${left.type} ${left.name}`.localeCompare(`${right.type} ${right.name}`));
}

test("a new database has Crush's objects, exactly as its own migrations make them", async (t) => {
  const { path } = await openTestStore(t);
  const expected = expectedObjects();
  assert.ok(expected.length > 10, "the fixture is there");
  assert.deepEqual(byTypeAndName(describeDatabase(path)), byTypeAndName(expected));
});
