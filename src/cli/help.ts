import type { Command, CommandEntry, Example, OptionSpec } from "./command.ts";

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

function optionRow(option: OptionSpec): readonly [string, string] {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const value = option.value === undefined ? "" : ` <${option.value}>`;
  return [`${short}--${option.name}${value}`, option.summary];
}

function memberRow(entry: CommandEntry): readonly [string, string] {
  return [[entry.name, ...entry.aliases].join(", "), entry.summary];
}

function exampleLines(examples: readonly Example[] | undefined, calledAs: string): string[] {
  return (examples ?? []).flatMap(({ comment, words, before }, index) => [
    ...(index === 0 ? [] : [""]),
    `  # ${comment}`,
    `  ${[before, calledAs, words].filter((part) => part !== undefined && part !== "").join(" ")}`,
  ]);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}

export interface HelpInput {
  /** From the program down. */
  readonly path: readonly CommandEntry[];
  /** Undefined for a group of commands. */
  readonly command: Pick<Command, "usage" | "description" | "examples"> | undefined;
  readonly options: readonly OptionSpec[];
  readonly calledAs: string;
}

export function helpText({ path, command, options, calledAs }: HelpInput): string {
  const entry = path.at(-1);
  const members = entry?.members ?? [];
  const name = [calledAs, ...path.slice(1).map((step) => step.name)].join(" ");
  const wants = [command?.usage ?? "", members.length === 0 ? "" : "[command]", "[flags]"].filter(
    (part) => part !== "",
  );
  const lines = [
    `Usage: ${name} ${wants.join(" ")}`,
    ...(entry === undefined || entry.aliases.length === 0 ? [] : [`Also: ${entry.aliases.join(", ")}`]),
    "",
    command?.description ?? entry?.summary ?? "",
    ...section("Examples", exampleLines((command ?? entry)?.examples, calledAs)),
    ...section("Commands", columns(members.map((member) => memberRow(member)))),
    ...section("Flags", columns(options.map((option) => optionRow(option)))),
  ];
  return `${lines.join("\n")}\n`;
}
