import { AppError } from "../lib/app-error.ts";
import { must } from "../lib/assert.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Message, Part } from "../schema/message.ts";
import type { PermissionAnswer } from "../schema/permission.ts";
import type { WriteHandle } from "../store/handle.ts";
import { deleteMessage, updateMessage } from "../store/messages.ts";
import { moveTurn, type TurnClaim } from "../store/turns.ts";
import type { Context } from "./context.ts";
import { type LeftQuestion, leftQuestions } from "./left-questions.ts";
import type { TurnOutcome } from "./prompt.ts";
import { runEngineTurn } from "./run-engine-turn.ts";
import type { ResumedTurn } from "./turn-engine.ts";
import type { Work } from "./work.ts";

export interface Resumption {
  readonly sessionId: SessionId;
  readonly requestId: string;
  readonly answer: PermissionAnswer;
}

/**
 * Takes up a turn whose process was killed while it waited for the person, with their answer; see App.resumeTurn. What
 * settling had put in order is undone in the transaction that takes the session: from then on everything is as if the
 * turn had never stopped, a further death included.
 */
export async function resumeTurn(
  context: Context,
  work: Work,
  { sessionId, requestId, answer }: Resumption,
): Promise<TurnOutcome> {
  let resumed: ResumedTurn | null = null;
  return runEngineTurn(context, work, {
    sessionId,
    phase: "calling",
    begin: () => (tx, claim) => {
      const question = leftQuestions(tx, sessionId).find(({ request }) => request.id === requestId);
      if (question === undefined) throw questionVoid();
      resumed = { ...unsettle(tx, claim, question), given: { request: question.request, answer } };
    },
    resumed: () => must(resumed, "what was taken up"),
  });
}

function questionVoid(): AppError {
  return new AppError("session-changed", "the question is void: this session went on without an answer to it", {
    hint: "what it shows now is what happened instead; send a prompt to go on",
  });
}

/** Each call is without a result again, except those that had a true one. */
function unsettle(
  tx: WriteHandle,
  claim: TurnClaim,
  { step, results, placeholders }: LeftQuestion,
): Omit<ResumedTurn, "given"> {
  const real = results.filter(({ id }) => !placeholders.has(id));
  for (const { id } of results) if (placeholders.has(id)) deleteMessage(tx, id);
  updateMessage(tx, step.id, { parts: step.parts.map(unfinished), exactBlocks: step.exactBlocks });
  moveTurn(tx, claim, { phase: "calling", messageId: step.id });
  const answered = new Set(real.flatMap(({ parts }) => parts.flatMap(answeredCall)));
  return {
    step: {
      messageId: step.id,
      calls: step.parts.flatMap((part) =>
        part.type === "tool_call"
          ? [{ call: { id: part.id, name: part.name, input: part.input }, isAnswered: answered.has(part.id) }]
          : [],
      ),
    },
    rows: [step.id, ...real.map(({ id }: Message) => id)],
  };
}

function unfinished(part: Part): Part {
  return part.type === "finish" ? { type: "finish", reason: "tool_use", time: part.time } : part;
}

function answeredCall(part: Part): readonly string[] {
  return part.type === "tool_result" ? [part.toolCallId] : [];
}
