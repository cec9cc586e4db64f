import * as v from "valibot";
import { parseJson } from "../../lib/json.ts";

export interface Match {
  /** As ripgrep gave it. */
  readonly file: string;
  readonly line: number;
  /** Of the first hit on the line, from 1. */
  readonly column: number;
  readonly text: string;
}

/** ripgrep gives base64 for what is not UTF-8. */
const textSchema = v.union([v.object({ text: v.string() }), v.object({ bytes: v.string() })]);

const matchSchema = v.object({
  type: v.literal("match"),
  data: v.object({
    path: textSchema,
    lines: textSchema,
    line_number: v.number(),
    submatches: v.array(v.object({ start: v.number() })),
  }),
});

function textOf(value: v.InferOutput<typeof textSchema>): string {
  return "text" in value ? value.text : Buffer.from(value.bytes, "base64").toString("utf8");
}

/** The matching lines in ripgrep's JSON output, in its order. A last line that was cut off is left out. */
export function parseMatches(output: Buffer): Match[] {
  return output
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      if (!line.startsWith('{"type":"match"')) return [];
      const parsed = v.safeParse(matchSchema, parseJson(line));
      if (!parsed.success) return [];
      const { path, lines, line_number, submatches } = parsed.output.data;
      const text = textOf(lines);
      const startBytes = submatches[0]?.start ?? 0;
      const column = Buffer.from(text).subarray(0, startBytes).toString("utf8").length + 1;
      return [{ file: textOf(path), line: line_number, column, text }];
    });
}
