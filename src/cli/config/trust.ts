import { checkConfig } from "../../config/check-config.ts";
import { distrustProject, trustProject } from "../../config/trust-project.ts";
import { configError } from "../../config/read-settings-file.ts";
import { AppError } from "../../lib/app-error.ts";
import { toFileError } from "../../lib/file-error.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { loadOptions } from "../read-config.ts";

/** A person at a terminal sees first what is asked of them; a script has said what it wants. */
async function isConfirmed(context: CommandContext): Promise<boolean> {
  const { io } = context.dependencies;
  if (!io.isInputTerminal || !io.isOutputTerminal || context.options.has("yes")) return true;
  const answer = await io.ask("Believe these settings from now on? [y/N] ", { isSecret: false });
  return /^y(?:es)?$/iu.test(answer?.trim() ?? "");
}

export const trustCommand: Command = {
  usage: "",
  description:
    "Shows the settings of this project's own config that could run programs, open permissions or send keys elsewhere, and believes them from now on, as they are now. When one of them changes, they count no more until they are trusted again.",
  options: [
    { name: "yes", short: "y", summary: "ask nothing" },
    { name: "revoke", summary: "believe them no more" },
  ],
  examples: [
    { comment: "Look at them, and trust them", words: "config trust" },
    { comment: "Take it back", words: "config trust --revoke" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io, nowMs } = context.dependencies;
    const flags = { ...context.flags, trust: true };
    const { config, dangerous, errors } = checkConfig(flags, await loadOptions(context.dependencies));
    const project = sanitizeLine(config.projectRoot);
    if (errors.length > 0) throw configError(errors);
    try {
      if (context.options.has("revoke")) {
        await distrustProject(config, nowMs());
        io.write(`The config of ${project} is not trusted any more.\n`);
        return exitCodes.ok;
      }
      for (const { file, key, reason, value } of dangerous) {
        // Whole, however long: what is cut off would be believed unseen.
        const shown = JSON.stringify(value);
        io.write(`${sanitizeLine(`${file}: ${key === "" ? "" : `${key} `}${reason}: ${shown}`)}\n`);
      }
      if (dangerous.length === 0) {
        io.write(`The config of ${project} holds nothing that needs trust.\n`);
        return exitCodes.ok;
      }
      if (!(await isConfirmed(context))) {
        throw new AppError("config-untrusted", "the settings are still ignored", { hint: "answer y, or give --yes" });
      }
      await trustProject(config, nowMs());
    } catch (error) {
      throw toFileError(error, "record the trust");
    }
    io.write(`The config of ${project} is trusted as it is now.\n`);
    return exitCodes.ok;
  },
};
