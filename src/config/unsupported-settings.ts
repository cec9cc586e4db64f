import { isJsonObject, type JsonValue } from "../lib/json.ts";

const noServers = "language servers are not started by this program";
const noSkills = "skills are not read by this program";
const noEffect = "it has no effect in this program";

/** Settings of Crush's that are read and kept, and that this program does nothing with. `*` is any key or place in a list. */
const unsupported: readonly (readonly [path: string, reason: string])[] = [
  ["hooks", "hooks are not run by this program: they hold nothing back"],
  ["mcp", "MCP servers are not started by this program: their tools are missing"],
  ["lsp", noServers],
  ["options.auto_lsp", noServers],
  ["options.debug_lsp", noServers],
  ["options.skills_paths", noSkills],
  ["options.disabled_skills", noSkills],
  ["options.disable_auto_summarize", "no session is summarized by itself in this program; /compact does it"],
  ["options.initialize_as", "there is no command that writes a project's context file"],
  ["options.progress", noEffect],
  ["options.tui.completions", noEffect],
  ["options.tui.transparent", noEffect],
  ["options.tui.scrollbar", noEffect],
  ["models.*.frequency_penalty", noEffect],
  ["models.*.presence_penalty", noEffect],
  ["providers.*.oauth", "a login by OAuth is not renewed by this program"],
  ["providers.*.aws_auth_refresh", "the command is not run by this program"],
  [
    "providers.*.discover_models",
    "the server is not asked for its models: list them, or give one with -m provider/model",
  ],
  ["providers.*.models.*.options", noEffect],
];

export interface UnsupportedSetting {
  readonly keys: readonly (string | number)[];
  readonly reason: string;
}

type Found = readonly (readonly [keys: UnsupportedSetting["keys"], value: JsonValue])[];

function members(value: JsonValue): (readonly [string | number, JsonValue])[] {
  if (Array.isArray(value)) return value.map((member, index) => [index, member] as const);
  return isJsonObject(value) ? Object.entries(value) : [];
}

/** False for what is switched off, as a server can be. */
function isSaid(value: JsonValue): boolean {
  if (typeof value === "object" && value !== null) return members(value).some(([, member]) => !isDisabled(member));
  return value !== null && value !== "" && value !== false;
}

function isDisabled(member: JsonValue): boolean {
  return isJsonObject(member) && member["disabled"] === true;
}

/** What the settings of a file say in vain. */
export function unsupportedSettings(settings: JsonValue): UnsupportedSetting[] {
  return unsupported.flatMap(([path, reason]) => {
    const found = path.split(".").reduce<Found>(
      (places, step) =>
        places.flatMap(([keys, value]) =>
          members(value)
            .filter(([key]) => step === "*" || step === key)
            .map(([key, member]) => [[...keys, key], member] as const),
        ),
      [[[], settings]],
    );
    return found.filter(([, value]) => isSaid(value)).map(([keys]) => ({ keys, reason }));
  });
}
