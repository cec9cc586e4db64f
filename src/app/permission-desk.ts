import { AppError } from "../lib/app-error.ts";
import type { JudgePermission, PermissionRules } from "../permissions/policy.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Grant, GrantScope, PermissionAnswer, PermissionRequest } from "../schema/permission.ts";
import type { LiveEvent } from "../schema/session-event.ts";
import type { HeadlessPermission } from "./app.ts";

export interface PermissionDeskPorts {
  readonly loadJudge: () => Promise<JudgePermission>;
  readonly rules: (sessionId: SessionId) => PermissionRules;
  readonly grantPattern: (request: PermissionRequest) => string;
  readonly saveGrant: (grant: Grant) => Promise<void>;
  /** A lasting permission could not be kept. */
  readonly reportLostGrant: () => void;
  readonly emit: (event: LiveEvent) => void;
  readonly nowMs: () => number;
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

  /**
   * All requests of one call; the first denial decides. `headless`: how questions are answered where nobody is there
   * to ask. A signal that aborts denies. Never rejects.
   */
  async authorize(
    requests: readonly PermissionRequest[],
    options: { readonly signal: AbortSignal; readonly headless: HeadlessPermission | null },
  ): Promise<PermissionAnswer> {
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

  /** A word to the model of blanks only counts as none. */
  answer(requestId: string, answer: PermissionAnswer): void {
    const isSilent = answer.decision === "deny" && (answer.message ?? "").trim() === "";
    this.#pending.get(requestId)?.settle(isSilent ? { decision: "deny" } : answer);
  }

  /** Answers the open questions that the rules, as they are now, allow. */
  async reconsider(): Promise<void> {
    const judge = await this.#ports.loadJudge();
    for (const { request, settle } of this.#pending.values()) {
      const { verdict } = judge(request, this.#ports.rules(request.sessionId));
      if (verdict === "allow") settle({ decision: "allow", scope: "once" });
    }
  }

  async #authorizeOne(
    request: PermissionRequest,
    { signal, headless }: { readonly signal: AbortSignal; readonly headless: HeadlessPermission | null },
  ): Promise<PermissionAnswer> {
    const judge = await this.#ports.loadJudge();
    const { verdict } = judge(request, this.#ports.rules(request.sessionId));
    if (verdict === "allow") return { decision: "allow", scope: "once" };
    if (verdict === "deny") return { decision: "deny", message: "The person's rules forbid this." };
    if (headless === "allow") return { decision: "allow", scope: "once" };
    if (headless !== null) return { decision: "deny", message: nobodyThere };
    return this.#ask(request, signal);
  }

  async #ask(request: PermissionRequest, signal: AbortSignal): Promise<PermissionAnswer> {
    const { promise, resolve } = Promise.withResolvers<PermissionAnswer>();
    const onAbort = (): void => {
      resolve({ decision: "deny" });
    };
    if (signal.aborted) return { decision: "deny" };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#pending.set(request.id, { request, settle: resolve });
    this.#ports.emit({ type: "permission-asked", sessionId: request.sessionId, request });
    const answer = await promise;
    signal.removeEventListener("abort", onAbort);
    this.#pending.delete(request.id);
    const { sessionId, id: requestId } = request;
    if (answer.decision === "allow" && answer.scope !== "once") await this.#grant(request, answer.scope);
    this.#ports.emit({ type: "permission-answered", sessionId, requestId, decision: answer.decision });
    return answer;
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
      this.#ports.reportLostGrant();
      return;
    }
    await this.reconsider();
  }
}
