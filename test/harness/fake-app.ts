/** The use cases in memory, for tests of front ends: what they call is recorded, what happens is said by the test. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import type {
  App,
  ChildSession,
  ListSessionsOptions,
  LiveTurn,
  LocalServer,
  ModelProblem,
  ResolvedModel,
  SessionDetails,
  SessionMetrics,
  SessionSummary,
  TranscriptPage,
} from "../../src/app/app.ts";
import type { PromptInput, TurnOutcome } from "../../src/app/prompt.ts";
import type { ForkResult } from "../../src/app/session-organiser.ts";
import type { Config } from "../../src/config/config.ts";
import { AppError } from "../../src/lib/app-error.ts";
import { asMessageId, asSessionId, type SessionId } from "../../src/schema/ids.ts";
import type { Message, Part } from "../../src/schema/message.ts";
import type { ModelChoice, ProviderSettings } from "../../src/schema/model.ts";
import { FakeBackups } from "./fake-backups.ts";
import type { Grant, PermissionAnswer, PermissionRequest } from "../../src/schema/permission.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import type { Session } from "../../src/schema/session.ts";
import { FakeBudgets } from "./fake-budgets.ts";
import {
  fakeConfig,
  fakeModel,
  fakeNowSeconds,
  fakeProvider,
  noMetrics,
  practiceProvider,
  resolvedModel,
} from "./fake-facts.ts";
import { fakeDeletion } from "./fake-deletion.ts";
import { fakeChildren } from "./fake-children.ts";
import { FakeQueue } from "./fake-queue.ts";
import { FakeSearch } from "./fake-search.ts";
import { FakeOrganiser } from "./fake-organiser.ts";
import {
  leftQuestions,
  endTurn,
  fakeDetails,
  fakeLine,
  fakeMessage,
  type FakeSession,
  fakeSession,
  type RunningTurn,
  turnEnd,
} from "./fake-rows.ts";
import { fakePage, fakeWindow } from "./fake-transcript.ts";
import { FakeScreenChoices } from "./fake-screen-choices.ts";
import { FakeViews } from "./fake-views.ts";

export interface FakeAppOptions {
  readonly config?: Partial<Config>;
  readonly providers?: readonly ProviderSettings[];
}

export class FakeApp implements App {
  readonly config: Config;
  readonly startWarnings = [];
  readonly search = new FakeSearch();
  readonly deletion = fakeDeletion((id) => this.showSession(id));
  readonly organise = new FakeOrganiser({
    record: (name, ...values) => this.#record(name, ...values),
    updated: (sessionId) => this.emit({ type: "session-updated", sessionId }),
    fork: (sessionId) => this.#fork(sessionId),
  });
  /** Every call that changes something, as `name(argument, …)`. */
  readonly calls: string[] = [];
  readonly prompts: { readonly sessionId: SessionId; readonly prompt: PromptInput }[] = [];
  providers: readonly ProviderSettings[];
  servers: readonly LocalServer[] = [];
  paths: readonly string[] = [];
  grants: Grant[] = [];
  readonly figures = new Map<SessionId, Partial<SessionSummary["figures"]>>();
  history: string[] = [];
  /** Sessions that have nothing worth a row. */
  readonly withoutRow = new Set<SessionId>();
  liveCommands: App["liveCommands"] = () => [];
  /** The next `sendPrompt` throws it, before anything is stored. */
  refusal: AppError | null = null;
  readonly backups = new FakeBackups();
  readonly screen = new FakeScreenChoices((call) => this.calls.push(call));
  readonly views = new FakeViews((sessionId) => this.#sessions.get(sessionId)?.session.title ?? "");
  readonly budgets = new FakeBudgets((name, ...values) => this.#record(name, ...values));
  readonly #sessions = new Map<SessionId, FakeSession>();
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #turns: RunningTurn[] = [];
  #isYolo = false;
  #number = 0;
  readonly queue = new FakeQueue(this);

  constructor(options: FakeAppOptions = {}) {
    this.config = fakeConfig(options.config);
    this.providers = options.providers ?? [fakeProvider(), practiceProvider];
  }

  /** Adds a session; the first of the list is the newest. */
  addSession(title: string, part: Partial<Session> = {}): SessionId {
    this.#number += 1;
    const id = asSessionId(`00000000-0000-4000-8000-${String(this.#number).padStart(12, "0")}`);
    const session = { ...fakeSession(id, title), updatedAt: fakeNowSeconds - 60 * this.#number, ...part };
    const model = resolvedModel(this.providers[0] ?? fakeProvider());
    this.#sessions.set(id, { session, messages: [], metrics: noMetrics, model, draft: "", live: null });
    return id;
  }

  addMessage(sessionId: SessionId, role: Message["role"], parts: readonly Part[]): Message {
    const fake = this.#get(sessionId);
    const id = asMessageId(`message-${fake.messages.length + 1}`);
    const message = fakeMessage({ id, sessionId, role, parts });
    fake.messages.push(message);
    fake.session = { ...fake.session, messageCount: fake.messages.length };
    this.emit({ type: "message-created", sessionId, message });
    return message;
  }

  measure(sessionId: SessionId, metrics: Partial<SessionMetrics>, session: Partial<Session> = {}): void {
    const fake = this.#get(sessionId);
    fake.metrics = { ...fake.metrics, ...metrics };
    fake.session = { ...fake.session, ...session };
    this.emit({ type: "session-updated", sessionId });
  }

  setModel(sessionId: SessionId, model: ResolvedModel | ModelProblem): void {
    this.#get(sessionId).model = model;
  }

  setLive(sessionId: SessionId, live: LiveTurn | null): void {
    this.#get(sessionId).live = live;
  }

  emit(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Ends the oldest running turn of the session. */
  async endTurn(sessionId: SessionId, outcome: Partial<TurnOutcome> = {}): Promise<void> {
    const index = this.#turns.findIndex((turn) => turn.sessionId === sessionId);
    const [turn] = this.#turns.splice(index, 1);
    this.setLive(sessionId, null);
    const whole = { ...endTurn, ...outcome };
    this.emit(turnEnd(sessionId, whole));
    turn?.end(whole);
  }

  watch(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async openStartSession(): Promise<Session> {
    return this.createSession();
  }

  async createSession(input: { readonly title?: string } = {}): Promise<Session> {
    const id = this.addSession(input.title ?? "New Session");
    this.#record("createSession");
    this.emit({ type: "session-created", sessionId: id });
    return this.#get(id).session;
  }

  listChildren(sessionId: SessionId): ChildSession[] {
    return fakeChildren(this.#summaries(), sessionId);
  }

  listSessions({ archived = "hidden", limit }: ListSessionsOptions = {}): SessionSummary[] {
    return this.#summaries()
      .filter(({ session }) => session.parentSessionId === null)
      .filter(({ isArchived }) => archived === "shown" || isArchived === (archived === "only"))
      .slice(0, limit);
  }

  #summaries(): SessionSummary[] {
    return [...this.#sessions.values()]
      .toSorted((left, right) => right.session.updatedAt - left.session.updatedAt)
      .map((fake) => {
        const { id } = fake.session;
        const marks = this.organise.marksOf(id);
        return { ...fakeLine(fake, this.figures.get(id)), hash: this.shortId(id), ...marks };
      });
  }

  findSession(idOrPrefix: string): Session {
    const found = [...this.#sessions.values()].find(({ session }) => session.id.startsWith(idOrPrefix));
    if (found === undefined) throw new AppError("session-not-found", `session not found: ${idOrPrefix}`);
    return found.session;
  }

  lastSession(): Session {
    const [first] = this.listSessions();
    if (first === undefined) throw new AppError("no-sessions", "no sessions found");
    return first.session;
  }

  openSession(sessionId: SessionId): SessionDetails {
    this.#record("openSession", sessionId);
    return this.showSession(sessionId);
  }

  showSession(sessionId: SessionId): SessionDetails {
    return fakeDetails(this.#get(sessionId), this.shortId(sessionId));
  }

  async renameSession(sessionId: SessionId, title: string): Promise<void> {
    this.#record("renameSession", sessionId, title);
    const fake = this.#get(sessionId);
    fake.session = { ...fake.session, title };
    this.emit({ type: "session-updated", sessionId });
  }

  async resumeTurn(sessionId: SessionId, requestId: string, answer: PermissionAnswer): Promise<TurnOutcome> {
    this.#refuse();
    this.#record("resumeTurn", requestId, JSON.stringify(answer));
    this.setLive(sessionId, null);
    return this.#startTurn(sessionId);
  }

  async deleteSession(sessionId: SessionId): Promise<void> {
    this.#record("deleteSession", sessionId);
    this.#sessions.delete(sessionId);
    this.emit({ type: "session-deleted", sessionId });
  }

  async leaveSession(sessionId: SessionId): Promise<boolean> {
    this.#record("leaveSession", sessionId);
    return !this.withoutRow.has(sessionId);
  }

  async saveDraft(sessionId: SessionId, draft: string): Promise<void> {
    this.#record("saveDraft", sessionId, draft);
    this.#get(sessionId).draft = draft;
  }

  readonly readDraft = (sessionId: SessionId): string => this.#get(sessionId).draft;

  shortId(sessionId: SessionId): string {
    return createHash("sha256").update(sessionId).digest("hex").slice(0, 16);
  }

  readTranscript(sessionId: SessionId, options: Parameters<App["readTranscript"]>[1]): TranscriptPage {
    return fakePage(this.#get(sessionId).messages, options);
  }

  readWindow(sessionId: SessionId, options: Parameters<App["readWindow"]>[1]): ReturnType<App["readWindow"]> {
    return fakeWindow(this.#get(sessionId).messages, options);
  }

  readonly promptHistory = (): string[] => [...this.history];

  async sendPrompt(sessionId: SessionId, prompt: PromptInput, onStored?: () => void): Promise<TurnOutcome> {
    this.#refuse();
    this.#record("sendPrompt", sessionId, prompt.text);
    this.prompts.push({ sessionId, prompt });
    this.addMessage(sessionId, "user", [{ type: "text", text: prompt.text }]);
    onStored?.();
    return this.#startTurn(sessionId);
  }

  async cancelTurn(sessionId: SessionId): Promise<void> {
    this.#record("cancelTurn", sessionId);
    await this.endTurn(sessionId, { reason: "canceled" });
  }

  readonly liveTurn = (sessionId: SessionId): LiveTurn | null => this.#get(sessionId).live;

  readonly leftQuestions = (): readonly PermissionRequest[] => leftQuestions([...this.#sessions.values()]);

  readonly runningSessions = (): readonly SessionId[] => this.#turns.map((turn) => turn.sessionId);

  async finishTitles(): Promise<void> {}
  async leaveQuestions(): Promise<void> {}

  readonly countStartedTurns = (): number => 0;
  async finishStartedTurns(): Promise<void> {}

  overrideModel(size: "large" | "small", choice: ModelChoice): void {
    this.#record("overrideModel", size, JSON.stringify(choice));
  }

  async compactSession(sessionId: SessionId): Promise<TurnOutcome> {
    this.#record("compactSession", sessionId);
    return endTurn;
  }

  async runShellCommand(sessionId: SessionId, command: string, signal: AbortSignal): Promise<Message> {
    this.#record("runShellCommand", sessionId, command);
    if (command.startsWith("sleep")) {
      await once(signal, "abort");
    }
    const exitCode = signal.aborted ? 130 : 0;
    return this.addMessage(sessionId, "user", [{ type: "shell_command", command, output: "output of it", exitCode }]);
  }

  answerPermission(requestId: string, answer: PermissionAnswer): void {
    this.#record("answerPermission", requestId, JSON.stringify(answer));
  }

  readonly listGrants = (): Grant[] => [...this.grants];

  async revokeGrant(grantId: string): Promise<void> {
    this.#record("revokeGrant", grantId);
    this.grants = this.grants.filter((grant) => grant.id !== grantId);
  }

  setYolo(isOn: boolean): void {
    this.#record("setYolo", String(isOn));
    this.#isYolo = isOn;
  }

  readonly isYolo = (): boolean => this.#isYolo;

  readonly listProviders = (): readonly ProviderSettings[] => this.providers;

  sessionModel(sessionId: SessionId): ResolvedModel | ModelProblem {
    return this.#get(sessionId).model;
  }

  async chooseModel(sessionId: SessionId, choice: ModelChoice): Promise<void> {
    this.#record("chooseModel", sessionId, JSON.stringify(choice));
    const provider = this.providers.find((candidate) => candidate.id === choice.provider) ?? fakeProvider();
    const info = provider.models.find((candidate) => candidate.id === choice.model) ?? fakeModel();
    this.#get(sessionId).model = { choice, provider, info };
  }

  async saveDefaultModel(size: "large" | "small", choice: ModelChoice): Promise<void> {
    this.#record("saveDefaultModel", size, JSON.stringify(choice));
  }

  async saveKey(providerId: string, key: string): Promise<void> {
    this.#record("saveKey", providerId, key);
    this.providers = this.providers.map((each) => (each.id === providerId ? { ...each, apiKey: key } : each));
  }

  async removeKey(providerId: string): Promise<void> {
    this.#record("removeKey", providerId);
  }

  async detectLocalServers(): Promise<readonly LocalServer[]> {
    return this.servers;
  }

  async useLocalServer(server: LocalServer, modelId: string): Promise<void> {
    this.#record("useLocalServer", server.address, modelId);
  }

  async completePath(query: string, limit: number): Promise<string[]> {
    return this.paths.filter((path) => path.includes(query)).slice(0, limit);
  }

  async trustProject(): Promise<void> {
    this.#record("trustProject");
  }

  readonly usageBySession = (): [] => [];
  readonly usageByDay = (): [] => [];
  readonly usageByModel = (): [] => [];

  async close(): Promise<void> {
    this.#record("close");
  }

  #fork(sourceId: SessionId): ForkResult {
    const { session, messages } = this.#get(sourceId);
    const title = `${session.title} (fork)`;
    const sessionId = this.addSession(title, { messageCount: messages.length });
    this.#get(sessionId).messages = messages.map((message) => ({ ...message, sessionId }));
    this.emit({ type: "session-created", sessionId });
    return { sessionId, title, messageCount: messages.length, leftOutStep: false };
  }

  #refuse(): void {
    const { refusal } = this;
    this.refusal = null;
    if (refusal !== null) throw refusal;
  }

  #startTurn(sessionId: SessionId): Promise<TurnOutcome> {
    const { promise, resolve } = Promise.withResolvers<TurnOutcome>();
    this.#turns.push({ sessionId, end: resolve });
    this.emit({ type: "turn-start", sessionId });
    return promise;
  }

  #get(sessionId: SessionId): FakeSession {
    const fake = this.#sessions.get(sessionId);
    if (fake === undefined) throw new AppError("session-not-found", `session not found: ${sessionId}`);
    return fake;
  }

  #record(name: string, ...values: readonly string[]): void {
    this.calls.push(`${name}(${values.join(", ")})`);
  }
}
