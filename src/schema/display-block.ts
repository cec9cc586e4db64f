import type { JsonObject } from "../lib/json.ts";

/**
 * What a tool call or its result looks like. Tools return blocks; the terminal renders block kinds and knows no tool.
 * Texts may hold anything (control sequences included): renderers neutralise them.
 */
export type DisplayBlock =
  | { readonly kind: "text"; readonly text: string; readonly tone?: "plain" | "dim" | "error" | "success" }
  | { readonly kind: "diff"; readonly path: string; readonly before: string; readonly after: string }
  | { readonly kind: "list"; readonly items: readonly ListItem[] }
  | { readonly kind: "table"; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | {
      readonly kind: "code";
      readonly text: string;
      readonly path?: string;
      readonly language?: string;
      readonly firstLine?: number;
    }
  | { readonly kind: "image"; readonly name: string; readonly mimeType: string; readonly sizeBytes: number };

export interface ListItem {
  readonly text: string;
  readonly state?: "pending" | "in_progress" | "completed";
}

export interface ToolDisplay {
  /** One word for the block's head, such as "Bash" or "Edit". */
  readonly title: string;
  /** What it acts on, one line: the command, the path, the pattern. */
  readonly subject: string;
  /** A short fact about the outcome, such as "+3 −1" or "exit 1". */
  readonly summary?: string;
  readonly blocks: readonly DisplayBlock[];
}

/**
 * How calls of one tool look. Pure, light to load (no tool code behind it), and tolerant: input and metadata may come
 * from Crush, from an older version, or be cut off in mid-stream.
 */
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
