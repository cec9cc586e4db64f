import { must } from "../../../src/lib/assert.ts";
import type { LoggedRequest, ScriptedRate, ScriptedStep, ScriptedUsage, StepMatch } from "./script.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { argumentTextOf } from "./wire-server.ts";
import type { SettledBlock, SettledStep, WireServer } from "./wire-server.ts";

const charactersPerToken = 4;

const prose = `Here is what I found while reading the code.

- The **session store** keeps one row a message and never rewrites what is finished.
- Naïve readers assume ASCII; files hold \`café\`, 日本語 and 🦊 too.

\`\`\`ts
export function add(left: number, right: number): number {
  return left + right;
}
\`\`\`

`;

export function isMatch(match: StepMatch | undefined, request: LoggedRequest): boolean {
  if (match === undefined) return true;
  if (match.model !== undefined && match.model !== request.model) return false;
  if (match.hasTools !== undefined && match.hasTools !== request.hasTools) return false;
  if (match.promptIncludes === undefined) return true;
  const lastUser = request.conversation.findLast((message) => message.role === "user");
  return lastUser?.text.includes(match.promptIncludes) ?? false;
}

/** Fills in what the script left open. With a rate, the last block is the text that is sent at that rate. */
export function settleStep(
  step: ScriptedStep,
  request: LoggedRequest,
  { server, random }: { readonly server: WireServer; readonly random: SeededRandom },
): SettledStep {
  const blocks = (step.blocks ?? []).map((block): SettledBlock => {
    if (block.kind === "text") return block;
    if (block.kind === "reasoning") return { kind: "reasoning", text: block.text, isHidden: block.isHidden ?? false };
    const id = block.id ?? server.newCallId(random);
    return { kind: "tool-call", name: block.name, id, argumentText: argumentTextOf(block) };
  });
  if (step.rate !== undefined) blocks.push({ kind: "text", text: "" });
  const hasCalls = blocks.some((block) => block.kind === "tool-call");
  return {
    model: request.model,
    blocks,
    usage: step.usage === null ? null : fullUsage(step.usage ?? estimatedUsage(request, blocks)),
    stop: step.stop ?? (hasCalls ? "tool-use" : "end"),
    costUsd: step.costUsd ?? null,
  };
}

export function fullUsage(usage: ScriptedUsage): Required<ScriptedUsage> {
  return {
    inputTokens: usage.inputTokens ?? 0,
    cacheReadTokens: usage.cacheReadTokens ?? 0,
    cacheWriteTokens: usage.cacheWriteTokens ?? 0,
    cacheWriteLongTokens: usage.cacheWriteLongTokens ?? 0,
    outputTokens: usage.outputTokens ?? 0,
    reasoningTokens: usage.reasoningTokens ?? 0,
  };
}

function estimatedUsage(request: LoggedRequest, blocks: readonly SettledBlock[]): ScriptedUsage {
  const inputLength = JSON.stringify(request.body).length;
  const outputLength = blocks.reduce((sum, block) => sum + contentOf(block).length, 0);
  return {
    inputTokens: Math.ceil(inputLength / charactersPerToken),
    outputTokens: Math.ceil(outputLength / charactersPerToken) + 1,
  };
}

export function contentOf(block: SettledBlock): string {
  return block.kind === "tool-call" ? block.argumentText : block.text;
}

/** Deltas of exactly `charactersPerDelta` characters, over and over from the source; never cut inside a character. */
export function* rateDeltas(rate: ScriptedRate): Generator<string> {
  const characters = Array.from(rate.source ?? prose);
  for (let start = 0; ; start += rate.charactersPerDelta) {
    let text = "";
    for (let at = start; at < start + rate.charactersPerDelta; at += 1) {
      text += must(characters[at % characters.length], "a character of the rate's source");
    }
    yield text;
  }
}
