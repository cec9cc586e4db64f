import { AppError } from "../lib/app-error.ts";
import type { JudgePermission, PermissionRules } from "../permissions/policy.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Grant, GrantScope, PermissionAnswer, PermissionRequest } from "../schema/permission.ts";
import type { LiveEvent } from "../schema/session-event.ts";
import type { HeadlessPermission } from "./app.ts";
import { errorWords } from "./failure-hint.ts";
import type { QuestionKeeper } from "./question-keeper.ts";
import type { GivenAnswer } from "./resumed-answer.ts";

export interface PermissionDeskPorts {
  readonly loadJudge: () => Promise<JudgePermission>;
  readonly rules: (sessionId: SessionId) => PermissionRules;
  readonly grantPattern: (request: PermissionRequest) => string;
  readonly saveGrant: (grant: Grant) => Promise<void>;
  /** For the log; the person is told by an event. */
  readonly reportLostGrant: (error: AppError) => void;
  readonly emit: (event: LiveEvent) => void;
  readonly nowMs: () => number;
  /** Whether the person was shown the very same. */
  readonly isSame: (shown: PermissionRequest, now: PermissionRequest) => boolean;
}

export interface AuthorizeOptions {
  readonly signal: AbortSignal;
  /** How questions are answered where nobody is there to ask; null: a person is. */
  readonly headless: HeadlessPermission | null;
  readonly keeper: QuestionKeeper;
  /** What the person answered when the call was asked about before; null: it was not. */
  readonly given: GivenAnswer | null;
}

/** A word to the model of blanks only counts as none. */
function spoken(answer: PermissionAnswer): PermissionAnswer {
  const isSilent = answer.decision === "deny" && (answer.message ?? "").trim() === "";
  return isSilent ? { decision: "deny" } : answer;
}

const nobodyThere = "Nobody is there to give permission; go on without it.";

interface PendingQuestion {
  readonly request: PermissionRequest;
  readonly settle: (answer: PermissionAnswer) => void;
}

/** Where tool calls come for leave: judged by the rules, and put before the person where those say `ask`. */
export class PermissionDesk {
  readonly #ports: PermissionDeskPorts;
  readonly #pending = new Map<string, PendingQuestion>();

  constructor(ports: PermissionDeskPorts) {
    this.#ports = ports;
  }

  /** All requests of one call; the first denial decides. A signal that aborts denies. Never rejects. */
  async authorize(requests: readonly PermissionRequest[], options: AuthorizeOptions): Promise<PermissionAnswer> {
    if (options.given?.answer.decision === "deny") return spoken(options.given.answer);
    for (const request of requests) {
      const answer = await this.#authorizeOne(request, options);
      if (answer.decision === "deny") return answer;
    }
    return { decision: "allow", scope: "once" };
  }

  pending(sessionId: SessionId): readonly PermissionRequest[] {
    return [...this.#pending.values()]
      .map((question) => question.request)
      .filter((request) => request.sessionId === sessionId);
  }

  answer(requestId: string, answer: PermissionAnswer): void {
    this.#pending.get(requestId)?.settle(spoken(answer));
  }

  /** Answers the open questions that the rules, as they are now, allow. */
  async reconsider(): Promise<void> {
    const judge = await this.#ports.loadJudge();
    for (const { request, settle } of this.#pending.values()) {
      const { verdict } = judge(request, this.#ports.rules(request.sessionId));
      if (verdict === "allow") settle({ decision: "allow", scope: "once" });
    }
  }

  async #authorizeOne(request: PermissionRequest, options: AuthorizeOptions): Promise<PermissionAnswer> {
    const { headless, given } = options;
    const judge = await this.#ports.loadJudge();
    const { verdict } = judge(request, this.#ports.rules(request.sessionId));
    if (verdict === "allow") return { decision: "allow", scope: "once" };
    if (verdict === "deny") return { decision: "deny", message: "The person's rules forbid this." };
    if (headless === "allow") return { decision: "allow", scope: "once" };
    if (headless !== null) return { decision: "deny", message: nobodyThere };
    if (given !== null && this.#ports.isSame(given.request, request)) {
      await this.#keepGrant(request, given.answer);
      return given.answer;
    }
    return this.#ask(request, options);
  }

  async #ask(request: PermissionRequest, { signal, keeper, given }: AuthorizeOptions): Promise<PermissionAnswer> {
    const { promise, resolve } = Promise.withResolvers<PermissionAnswer>();
    const onAbort = (): void => {
      resolve({ decision: "deny" });
    };
    if (signal.aborted) return { decision: "deny" };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#pending.set(request.id, { request, settle: resolve });
    const { sessionId, id: requestId } = request;
    keeper.add(request);
    const origin = given === null ? {} : ({ origin: "changed" } as const);
    this.#ports.emit({ type: "permission-asked", sessionId, request, ...origin });
    const said = await promise;
    signal.removeEventListener("abort", onAbort);
    this.#pending.delete(request.id);
    const answer: PermissionAnswer = (await keeper.remove(requestId)) ? said : { decision: "deny" };
    await this.#keepGrant(request, answer);
    this.#ports.emit({ type: "permission-answered", sessionId, requestId, decision: answer.decision });
    return answer;
  }

  async #keepGrant(request: PermissionRequest, answer: PermissionAnswer): Promise<void> {
    if (answer.decision === "allow" && answer.scope !== "once") await this.#grant(request, answer.scope);
  }

  /** A grant answers the other open questions that it covers, too. One that can't be kept allows this once. */
  async #grant(request: PermissionRequest, scope: GrantScope): Promise<void> {
    try {
      await this.#ports.saveGrant({
        id: crypto.randomUUID(),
        scope,
        sessionId: scope === "session" ? request.sessionId : null,
        tool: request.tool,
        action: request.action,
        pattern: this.#ports.grantPattern(request),
        createdAtMs: this.#ports.nowMs(),
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#ports.reportLostGrant(error);
      this.#ports.emit({ type: "grant-lost", sessionId: request.sessionId, ...errorWords(error) });
      return;
    }
    await this.reconsider();
  }
}
