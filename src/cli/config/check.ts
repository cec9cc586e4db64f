import { checkConfig } from "../../config/check-config.ts";
import type { ConfigProblem } from "../../config/config.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { plural } from "../plural.ts";
import { loadOptions } from "../read-config.ts";

function line(kind: string, { file, key, reason }: ConfigProblem): string {
  const place = key === "" ? file : `${file}: ${key}`;
  return `${kind}: ${sanitizeLine(`${place}: ${reason}`)}\n`;
}

export const checkCommand: Command = {
  usage: "",
  description:
    "Reads all config files and tells what is wrong: file, key and reason. Exits with 3 where it finds an error.",
  options: [{ name: "json", summary: "print JSON" }],
  examples: [
    { comment: "Check the config", words: "config check" },
    { comment: "In a script", words: "config check --json | jq '.errors | length'" },
  ],
  words: { min: 0, max: 0 },
  run: async ({ flags, options, dependencies }) => {
    const { io } = dependencies;
    const { errors, warnings, config } = checkConfig(
      flags,
      await loadOptions(dependencies),
      await dependencies.configJudges(),
    );
    const code = errors.length === 0 ? exitCodes.ok : exitCodes.config;
    if (options.has("json")) {
      io.write(`${JSON.stringify({ files: config.files, errors, warnings, untrusted: config.untrusted })}\n`);
      return code;
    }
    const lines = [
      ...errors.map((problem) => line("error", problem)),
      ...warnings.map((problem) => line("warning", problem)),
      ...config.untrusted.map((setting) => line("ignored until trusted", setting)),
    ];
    const verdict = errors.length === 0 ? "no errors" : plural(errors.length, "error");
    io.write(`${lines.join("")}${plural(config.files.length, "file")} read, ${verdict}\n`);
    return code;
  },
};
