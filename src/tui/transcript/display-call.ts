import type { JsonObject } from "../../lib/json.ts";
import type { ToolDisplay } from "../../schema/display-block.ts";

/** How a tool call looks; handed in from above, since this layer knows no tool. Pure and tolerant. */
export type DisplayCall = (call: {
  readonly name: string;
  readonly input: JsonObject;
  /** Undefined while the call runs. */
  readonly result?: {
    readonly content: string;
    readonly metadata: JsonObject;
    readonly isError: boolean;
    readonly mimeType: string;
  };
}) => ToolDisplay;
