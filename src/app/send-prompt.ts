import { provisionalTitle } from "../agent/title.ts";
import { AppError } from "../lib/app-error.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { BinaryPart, Part } from "../schema/message.ts";
import type { WriteHandle } from "../store/handle.ts";
import { insertMessage } from "../store/messages.ts";
import { changeSessionFacts, getSessionFacts, setTitle, titleSource } from "../store/session-facts.ts";
import { getSession } from "../store/sessions.ts";
import { setDraftAttachments } from "../store/views.ts";
import type { ResolvedModel } from "./app.ts";
import type { PromptInput } from "./prompt.ts";
import type { Context } from "./context.ts";
import { maskPart } from "./mask-content.ts";
import { readGitBranch } from "./git-head.ts";

/** More than any model's window; what is longer is a mistake (a binary, a log) or belongs into a file. */
const promptLengthMax = 4_000_000;
/** More than any provider takes in one request. */
const mediaBytesMax = 30_000_000;

export interface PromptTarget {
  readonly sessionId: SessionId;
  readonly model: ResolvedModel;
}

/**
 * Stores a checked prompt, gives an untitled session its provisional title, and binds it to the model that answers: what
 * it returns does so in a transaction, names the prompt's message, and throws session-not-found.
 */
export function promptWriter(
  { secrets, config }: Pick<Context, "secrets" | "config">,
  target: PromptTarget,
  prompt: PromptInput,
): (tx: WriteHandle) => MessageId {
  const { sessionId, model } = target;
  const parts = promptParts(prompt).map((part) => maskPart(part, secrets()));
  const title = provisionalTitle(maskSecrets(prompt.text, secrets()));
  const gitBranch = readGitBranch(config.projectRoot);
  return (tx) => {
    const session = getSession(tx, sessionId);
    if (session === null) throw new AppError("session-not-found", "the session is gone: it was deleted elsewhere");
    const facts = getSessionFacts(tx, sessionId);
    const isUntitled = (facts?.lastOwnTitle ?? null) === null && titleSource(session, facts) === "provisional";
    if (isUntitled && title !== null) setTitle(tx, sessionId, { text: title, source: "provisional" });
    const { id } = insertMessage(tx, { sessionId, role: "user", parts });
    const { provider, model: modelId, reasoningEffort } = model.choice;
    changeSessionFacts(tx, sessionId, {
      provider,
      model: modelId,
      reasoningEffort: reasoningEffort ?? null,
      ...(gitBranch === null ? {} : { gitBranch }),
      ...(prompt.isDraft === true ? { draft: "" } : {}),
    });
    if (prompt.isDraft === true) setDraftAttachments(tx, sessionId, []);
    return id;
  };
}

export function promptParts({ text, attachments }: PromptInput): readonly Part[] {
  return [...(text === "" ? [] : [{ type: "text", text } as const]), ...attachments];
}

/** Throws usage, input-not-text or prompt-too-large. */
export function checkPrompt({ text, attachments }: PromptInput): void {
  if (text.trim() === "" && attachments.length === 0) throw new AppError("usage", "the prompt is empty");
  if (text.includes("\0")) {
    throw new AppError("input-not-text", "the prompt is not text: it holds NUL bytes", {
      hint: "give binary data as a file and name the file in the prompt",
    });
  }
  const isText = ({ mimeType }: BinaryPart): boolean => mimeType.startsWith("text/");
  const textLength = text.length + sizeBytesOf(attachments.filter((part) => isText(part)));
  const mediaBytes = sizeBytesOf(attachments.filter((part) => !isText(part)));
  if (textLength > promptLengthMax) {
    throw tooLarge(`${millions(textLength)} million characters, at most ${millions(promptLengthMax)} million`);
  }
  if (mediaBytes > mediaBytesMax) {
    throw tooLarge(`${millions(mediaBytes)} MB of attachments, at most ${millions(mediaBytesMax)} MB`);
  }
}

/** Of what base64 stands for. */
function sizeBytesOf(attachments: readonly BinaryPart[]): number {
  return attachments.reduce((sum, { data }) => sum + Math.floor((data.length * 3) / 4), 0);
}

function millions(count: number): string {
  return (count / 1_000_000).toFixed(1).replace(/\.0$/u, "");
}

function tooLarge(what: string): AppError {
  return new AppError("prompt-too-large", `the prompt is too large: ${what}`, {
    hint: "put it into a file of the project and name the file in the prompt",
  });
}
