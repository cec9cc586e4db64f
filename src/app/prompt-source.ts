import { platform, release } from "node:os";
import { systemPrompt } from "../agent/prompt/system-prompt.ts";
import type { PromptFacts } from "../agent/prompt/system-prompt.ts";
import { must } from "../lib/assert.ts";
import type { Config } from "../config/config.ts";
import { findContextFiles } from "../config/context-files.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";
import { readGitFacts } from "./prompt-facts.ts";

/**
 * The system prompts of this process's sessions. The surroundings are read once a session, so that the beginning of its
 * requests stays the same and the providers' caches hold.
 */
export class PromptSource {
  readonly #context: Pick<Context, "config" | "clock">;
  readonly #facts = new Map<SessionId, Promise<Omit<PromptFacts, "attribution">>>();

  constructor(context: Pick<Context, "config" | "clock">) {
    this.#context = context;
  }

  /** Begins to read the surroundings, so that they are there when the request is built. */
  prepare(sessionId: SessionId): void {
    if (!this.#facts.has(sessionId)) this.#facts.set(sessionId, this.#readFacts());
  }

  async systemPrompt(sessionId: SessionId, model: ResolvedModel): Promise<string> {
    this.prepare(sessionId);
    const { config } = this.#context;
    return systemPrompt({
      ...must(await this.#facts.get(sessionId), "the surroundings"),
      attribution: attributionOf(config, model),
    });
  }

  forget(sessionId: SessionId): void {
    this.#facts.delete(sessionId);
  }

  async #readFacts(): Promise<Omit<PromptFacts, "attribution">> {
    const { config, clock } = this.#context;
    const git = await readGitFacts(config.workingDirectory, config.surroundings.childEnvironment);
    const found = findContextFiles(config);
    const contextFiles = [...found.global, ...found.project].flatMap((file) => {
      const content = file.read();
      return content === null || content.text.trim() === "" ? [] : [{ path: file.path, content: content.text }];
    });
    return {
      workingDirectory: config.workingDirectory,
      platform: `${platform()} ${release()}`,
      today: localDate(clock.nowMs()),
      git,
      contextFiles,
    };
  }
}

function attributionOf(config: Config, model: ResolvedModel): PromptFacts["attribution"] {
  const { trailerStyle, generatedWith } = config.options.attribution;
  const trailers = {
    none: null,
    "co-authored-by": "Co-Authored-By: Crush <crush@charm.land>",
    "assisted-by": `Assisted-by: ${model.info.name} via Crush`,
  };
  return { trailer: trailers[trailerStyle], generatedWith };
}

/** `YYYY-MM-DD` in the person's time zone. */
function localDate(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
