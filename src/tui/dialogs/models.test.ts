import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeModel, fakeProvider, practiceProvider } from "../../../test/harness/fake-facts.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";

const keyless = fakeProvider({
  id: "far",
  name: "Far Away",
  apiKey: null,
  keyVariable: "FAR_API_KEY",
  defaultLargeModelId: "elm-2",
  models: [fakeModel({ id: "elm-2", name: "Elm 2", reasoningLevels: ["low", "high"], defaultReasoningEffort: "high" })],
});
const local = fakeProvider({ id: "ollama", name: "Ollama", type: "ollama", apiKey: "", defaultLargeModelId: null });

const missing = { code: "model-missing", message: "no model is configured", hint: "choose one" } as const;

test("a chosen model is this session's; the default of others stays", async (t) => {
  const app = new FakeApp({
    providers: [fakeProvider({ models: [fakeModel(), fakeModel({ id: "oak-2", name: "Oak 2" })] })],
  });
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+l", "down", "enter");
  await running.advance(55);
  assert.ok(app.calls.includes(`chooseModel(${id}, {"provider":"acme","model":"oak-2"})`));
  assert.ok(!app.calls.some((call) => call.startsWith("saveDefaultModel")));
  assert.match(running.text, /Oak 2/);
});

test("ctrl+t makes it the default as well; tab chooses the small model for all", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+l", "ctrl+t");
  assert.ok(app.calls.includes(`chooseModel(${id}, {"provider":"acme","model":"oak-1"})`));
  assert.ok(app.calls.includes(`saveDefaultModel(large, {"provider":"acme","model":"oak-1"})`));
  app.calls.length = 0;
  await running.press("ctrl+l", "tab", "enter");
  assert.deepEqual(app.calls, [`saveDefaultModel(small, {"provider":"acme","model":"oak-1"})`]);
});

test("a model without a key asks for it, stores it unseen, and asks for the effort", async (t) => {
  const app = new FakeApp({ providers: [fakeProvider(), keyless] });
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+l");
  assert.match(running.text, /Elm 2 Far Away +needs a key/);
  await running.type("elm");
  await running.press("enter", "enter");
  assert.match(running.text, /type or paste the key first/);
  await running.paste(" sk-very-secret\n");
  assert.doesNotMatch(running.text, /secret/);
  assert.match(running.text, /•{14}/);
  await running.press("enter");
  assert.ok(app.calls.includes("saveKey(far, sk-very-secret)"));
  assert.match(running.text, /Reasoning effort/);
  await running.press("up", "enter");
  const choice = JSON.stringify({ provider: "far", model: "elm-2", reasoningEffort: "low" });
  assert.ok(app.calls.includes(`chooseModel(${id}, ${choice})`));
  assert.equal(running.program.state.dialogs.length, 0);
});

test("a key that can't be stored leaves the dialog open with the reason", async (t) => {
  const app = new FakeApp({ providers: [keyless] });
  app.addSession("Anvil");
  app.saveKey = () => Promise.reject(new (class extends Error {})("not this"));
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+l", "enter");
  await running.paste("sk-1");
  running.program.dispatch({ type: "key-refused" });
  const open = running.program.state.dialogs.at(-1);
  assert.equal(open?.kind === "key" && open.isSaving, false);
});

test("first start: the practice model, labelled as no AI, never becomes the default", async (t) => {
  const app = new FakeApp({ config: { models: {} }, providers: [keyless, practiceProvider] });
  const id = app.addSession("New Session");
  app.setModel(id, missing);
  const running = await startScreenProgram(t, { app });
  assert.match(running.text, /No model is set up yet/);
  assert.match(running.text, /Practice model +no AI/);
  await running.press("down", "enter");
  await running.advance(55);
  assert.ok(app.calls.includes(`chooseModel(${id}, {"provider":"practice","model":"practice"})`));
  assert.ok(!app.calls.some((call) => call.startsWith("saveDefaultModel")));
  assert.equal(running.program.state.dialogs.length, 0);
});

test("first start: a found local server comes first and is taken with enter", async (t) => {
  const app = new FakeApp({ config: { models: {} }, providers: [keyless, practiceProvider] });
  const id = app.addSession("New Session");
  app.setModel(id, missing);
  app.servers = [{ provider: local, address: "http://127.0.0.1:11434" }];
  const running = await startScreenProgram(t, { app });
  assert.match(running.text, /› Ollama +found at http:\/\/127\.0\.0\.1:11434, 1 model/);
  await running.press("enter");
  assert.ok(app.calls.includes("useLocalServer(http://127.0.0.1:11434, oak-1)"));
  assert.ok(app.calls.includes(`chooseModel(${id}, {"provider":"ollama","model":"oak-1"})`));
});

test("first start: a key for a chosen provider, then its model becomes the default", async (t) => {
  const app = new FakeApp({ config: { models: {} }, providers: [keyless, practiceProvider] });
  const id = app.addSession("New Session");
  app.setModel(id, missing);
  const running = await startScreenProgram(t, { app });
  await running.press("enter");
  assert.match(running.text, /Far Away +FAR_API_KEY/);
  await running.press("enter");
  await running.paste("sk-1");
  await running.press("enter");
  await running.press("enter");
  const choice = JSON.stringify({ provider: "far", model: "elm-2", reasoningEffort: "high" });
  assert.ok(app.calls.includes(`saveDefaultModel(large, ${choice})`));
  assert.equal(running.program.state.dialogs.length, 0);
});

test("nothing blocks typing: the offer goes with esc, and comes back when a prompt is sent", async (t) => {
  const app = new FakeApp({ config: { models: {} }, providers: [practiceProvider] });
  const id = app.addSession("New Session");
  app.setModel(id, missing);
  const running = await startScreenProgram(t, { app });
  await running.press("escape");
  await running.type("hello");
  await running.press("enter");
  assert.match(running.text, /No model is set up yet/);
  assert.match(running.text, /› hello/);
  assert.deepEqual(app.prompts, []);
});

test("the offer of the first start keeps nobody from other sessions, and is made again where none can run", async (t) => {
  const app = new FakeApp({ config: { models: {} }, providers: [keyless, practiceProvider] });
  const [anvil, bellows] = [app.addSession("Anvil"), app.addSession("Bellows")];
  app.setModel(anvil, missing);
  const running = await startScreenProgram(t, { app, sessionId: bellows });
  await running.press("ctrl+s", "down", "enter");
  assert.equal(running.program.state.session?.id, anvil);
  for (const keys of [[], ["enter"]]) {
    await running.press(...keys);
    assert.match(running.text, /Welcome|Whose key do you have/u);
    await running.press("alt+1");
    assert.equal(running.program.state.session?.id, bellows);
    assert.doesNotMatch(running.text, /Welcome|Whose key do you have/u);
    await running.press("alt+2");
    assert.match(running.text, /Welcome/u);
  }
  await running.press("ctrl+s");
  assert.match(running.text, /─ Sessions/u);
  await running.press("escape");
  assert.match(running.text, /Welcome/u);
});

test("a session whose model is gone opens, says so, and offers the others", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Old");
  app.setModel(id, { code: "model-unknown", message: "acme has no model oak-0", hint: "choose another" });
  app.addMessage(id, "user", [{ type: "text", text: "from long ago" }]);
  const running = await startScreenProgram(t, { app });
  assert.match(running.text, /acme has no model oak-0/);
  assert.match(running.text, /from long ago/);
  await running.type("go on");
  await running.press("enter");
  assert.equal(running.program.state.dialogs.at(-1)?.kind, "models");
});

test("a new session goes on with the model of this window where no default is set", async (t) => {
  const app = new FakeApp({ config: { models: {} }, providers: [keyless, practiceProvider] });
  const id = app.addSession("New Session");
  app.setModel(id, missing);
  const running = await startScreenProgram(t, { app });
  await running.press("down", "enter");
  await running.advance(55);
  const create = app.createSession.bind(app);
  app.createSession = async () => {
    const session = await create();
    app.setModel(session.id, missing);
    return session;
  };
  await running.press("ctrl+n");
  const shown = running.program.state.session?.id;
  assert.notEqual(shown, id);
  assert.ok(app.calls.includes(`chooseModel(${shown}, {"provider":"practice","model":"practice"})`));
  assert.equal(running.program.state.dialogs.length, 0);
});
