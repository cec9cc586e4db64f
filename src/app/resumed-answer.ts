import type { PermissionAnswer, PermissionRequest } from "../schema/permission.ts";
import type { PreparedCall } from "../tools/tool.ts";
import type { ToolCall } from "../agent/ports.ts";

export interface GivenAnswer {
  /** As the person was shown it. */
  readonly request: PermissionRequest;
  readonly answer: PermissionAnswer;
}

/** The answer with which a turn is taken up again. It holds for the one call that had asked, once. */
export class ResumedAnswer {
  #given: GivenAnswer | null;

  constructor(given: GivenAnswer | null) {
    this.#given = given;
  }

  /** A call that is denied is not looked at again: it would only be refused for another reason. Null: to be prepared. */
  preparedDenial(call: ToolCall): PreparedCall | null {
    const given = this.#given;
    if (given?.answer.decision !== "deny" || given.request.toolCallId !== call.id) return null;
    const result = { content: "Not run: the person denied permission.", isError: true };
    return { kind: "ready", permissions: [given.request], run: async () => Promise.resolve(result) };
  }

  /** For these requests, all of one call; null: the person has said nothing about it. */
  take(requests: readonly PermissionRequest[]): GivenAnswer | null {
    const given = this.#given;
    if (given === null || requests.every(({ toolCallId }) => toolCallId !== given.request.toolCallId)) return null;
    this.#given = null;
    return given;
  }
}
