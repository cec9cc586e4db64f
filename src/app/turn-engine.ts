import type { TurnPorts } from "../agent/ports.ts";
import { TurnRunner } from "../agent/turn-runner.ts";
import type { ResumedStep, TurnResult } from "../agent/turn-runner.ts";
import { diskPaths } from "../lib/disk-paths.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { JudgePermission } from "../permissions/policy.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import { insertGrant, listGrants } from "../store/grants.ts";
import { getTurn, type TurnClaim } from "../store/turns.ts";
import type { ToolSet } from "../tools/tool.ts";
import type { HeadlessPermission, ResolvedModel } from "./app.ts";
import { isSameQuestion } from "./asked-question.ts";
import type { Context } from "./context.ts";
import { grantPattern } from "./grant-pattern.ts";
import { GrantSeal } from "./grant-seal.ts";
import { modelRequest, overheadLength } from "./model-request.ts";
import type { Patience } from "./patience.ts";
import { PermissionDesk } from "./permission-desk.ts";
import type { PromptSource } from "./prompt-source.ts";
import { questionKeeper } from "./question-keeper.ts";
import { type GivenAnswer, ResumedAnswer } from "./resumed-answer.ts";
import { type SessionDirectoryPorts, TurnSessions } from "./session-directory.ts";
import { SessionTools } from "./session-tools.ts";
import { TurnTranscript } from "./turn-transcript.ts";

export interface TurnEngineOptions {
  readonly toolSet: ToolSet;
  /** Loaded when the first call asks: what only talks needs no policy. */
  readonly loadJudge: () => Promise<JudgePermission>;
  readonly prompts: PromptSource;
  readonly patience: Patience;
  /** `--yolo`, which can be switched while the program runs. */
  readonly isYolo: () => boolean;
  /** How questions are answered where nobody is there to ask; null: the person is asked. */
  readonly headless: HeadlessPermission | null;
  readonly others: SessionDirectoryPorts;
}

export interface TurnRun {
  readonly sessionId: SessionId;
  readonly model: ResolvedModel;
  readonly signal: AbortSignal;
  readonly setRunner: (runner: TurnRunner) => void;
  readonly claim: TurnClaim;
  /** Absent: it begins with a request. */
  readonly resumed?: ResumedTurn;
}

/** Where a turn is taken up whose process was killed while it waited for the person. */
export interface ResumedTurn {
  readonly step: ResumedStep;
  readonly given: GivenAnswer;
  /** The step's row and those of its results: the turn's own. */
  readonly rows: readonly MessageId[];
}

/** All that turns need beyond the first paint: tools, permissions, prompts. Made at the first turn of the process. */
export class TurnEngine {
  readonly desk: PermissionDesk;
  readonly #context: Context;
  readonly #options: TurnEngineOptions;

  constructor(context: Context, options: TurnEngineOptions) {
    const { config, store, events, clock, log, secrets } = context;
    this.#context = context;
    this.#options = options;
    const seal = new GrantSeal(config);
    this.desk = new PermissionDesk({
      loadJudge: options.loadJudge,
      rules: (sessionId) => ({
        allowAll: options.isYolo(),
        allowedTools: options.headless === "deny" ? [] : config.allowedTools,
        grants: store.read((tx) => listGrants(tx, sessionId)).filter((grant) => seal.isOwn(grant)),
        projectRoot: config.projectRoot,
        paths: diskPaths,
      }),
      grantPattern: (request) => grantPattern(request, config.projectRoot),
      saveGrant: async (grant) => {
        const sealed = seal.seal({ ...grant, pattern: maskSecrets(grant.pattern, secrets()) });
        await store.transact((tx) => insertGrant(tx, sealed, (known) => seal.isOwn(known)));
      },
      reportLostGrant: ({ code }) => {
        log.write("warn", "a permission could not be kept", { error: code });
      },
      emit: (event) => {
        events.emit(event);
      },
      nowMs: () => clock.nowMs(),
      isSame: (shown, now) => isSameQuestion(shown, now, secrets()),
    });
  }

  get toolSet(): ToolSet {
    return this.#options.toolSet;
  }

  forget(sessionId: SessionId): void {
    this.#options.prompts.forget(sessionId);
  }

  async run(run: TurnRun): Promise<TurnResult> {
    const { sessionId, model, signal, setRunner, resumed } = run;
    const system = await this.#options.prompts.systemPrompt(sessionId, model);
    const runner = new TurnRunner(sessionId, this.#ports(run, system));
    setRunner(runner);
    if (resumed === undefined) {
      if (signal.aborted) runner.cancel();
      return runner.run();
    }
    const result = runner.resume(resumed.step);
    // Not before: its calls have results then.
    if (signal.aborted) runner.cancel();
    return result;
  }

  #ports({ sessionId, model, claim, resumed }: TurnRun, system: string): TurnPorts {
    const context = { ...this.#context, store: this.#context.guards.fence(this.#context.store, claim) };
    const { clock, createProvider, events, log } = context;
    const { toolSet, headless, patience } = this.#options;
    const patient = { ...context, store: patience.store(context.store, sessionId) };
    const emit: TurnPorts["emit"] = (event) => {
      events.emit(event);
    };
    const ownerId = context.store.read((tx) => getTurn(tx, sessionId))?.ownerId ?? "";
    const sessions = new TurnSessions(context, this.#options.others, {
      sessionId,
      model,
      isResumed: resumed !== undefined,
    });
    const tools = new SessionTools(patient, { sessionId, toolSet, sessions, ownerId });
    const resumedAnswer = new ResumedAnswer(resumed?.given ?? null);
    const keeper = questionKeeper(context, { store: context.store, patient: patient.store });
    const fixed = { system, tools: tools.definitions(), cacheKey: sessionId };
    const provider = createProvider(model.provider);
    return {
      clock,
      random: Math.random,
      transcript: new TurnTranscript(context, {
        sessionId,
        model,
        purpose: "turn",
        claim,
        patience,
        ownRows: resumed?.rows ?? [],
      }),
      model: {
        supportsImages: model.info.supportsImages,
        overheadLength: overheadLength(fixed),
        stream: (messages, signal) => provider.stream(modelRequest(model, { ...fixed, messages }), signal),
      },
      tools: {
        isReadOnly: (name) => tools.isReadOnly(name),
        prepare: async (call, surroundings) => resumedAnswer.preparedDenial(call) ?? tools.prepare(call, surroundings),
      },
      authorize: async (requests, signal) => {
        const given = resumedAnswer.take(requests);
        return this.desk.authorize(requests, { signal, headless, keeper, given });
      },
      emit,
      reportBug: (error) => {
        log.write("error", "a tool threw", { error: error instanceof Error ? error.name : "unknown" });
      },
    };
  }
}
