import type { CliIo } from "../io.ts";
import { eventJson } from "./event-json.ts";
import { resultJson, type RunOutput } from "./run-output.ts";

/** `--format json`: one object, when the run has ended. */
export function jsonOutput(io: CliIo): RunOutput {
  return {
    start: () => undefined,
    event: () => undefined,
    end: (result) => {
      io.write(`${JSON.stringify(resultJson(result))}\n`);
    },
  };
}

/** `--format stream-json`: the session first, an event a line, the result last. */
export function streamJsonOutput(io: CliIo): RunOutput {
  return {
    start: ({ session, hash, model }) => {
      const line = { type: "session", session_id: session.id, session_hash: hash, ...model };
      io.write(`${JSON.stringify(line)}\n`);
    },
    event: (event) => {
      const line = eventJson(event);
      if (line !== undefined) io.write(`${JSON.stringify(line)}\n`);
    },
    end: (result) => {
      io.write(`${JSON.stringify(resultJson(result))}\n`);
    },
  };
}
