import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ConfigPlace } from "../../test/harness/config-place.ts";
import { listProjects, recordProject } from "./projects.ts";

const file = "home/.local/share/crush/projects.json";

test("a project is recorded once, the last used first, and fields of others are kept", async () => {
  using place = new ConfigPlace();
  const old = {
    path: "/elsewhere",
    data_dir: "/elsewhere/.crush",
    last_accessed: "2026-08-21T19:08:35.123456789Z",
    x: 1,
  };
  place.write(file, { projects: [old], more: true });
  const config = place.load();
  await recordProject(config, Date.UTC(2026, 0, 2));
  await recordProject(config, Date.UTC(2026, 10, 23));
  const own = { path: place.project, data_dir: config.dataDirectory, last_accessed: "2026-11-23T00:00:00.000Z" };
  assert.deepEqual(listProjects(config.globalDataDirectory), [own, old]);
  const target = path.join(place.root, file);
  assert.equal((JSON.parse(readFileSync(target, "utf8")) as { more: boolean }).more, true);
  assert.equal(statSync(target).mode & 0o777, 0o600);
});

test("a project is listed under the directory that holds .crush, wherever below it is used", async () => {
  using place = new ConfigPlace();
  place.write("project/.crush/keep", "");
  place.write("project/sub/keep", "");
  const config = place.load({ cwd: path.join(place.project, "sub") });
  await recordProject(config, 0);
  assert.equal(listProjects(config.globalDataDirectory)[0]?.path, place.project);
});

test("Crush's empty list and a missing file are no projects; anything else is an error", () => {
  using place = new ConfigPlace();
  const { globalDataDirectory } = place.load();
  assert.deepEqual(listProjects(globalDataDirectory), []);
  place.write(file, '{"projects": null}');
  assert.deepEqual(listProjects(globalDataDirectory), []);
  place.write(file, '{"projects": [1]}');
  assert.throws(() => listProjects(globalDataDirectory), { code: "config-invalid" });
});
