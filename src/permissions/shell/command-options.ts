import {
  type CommandCall,
  type CommandRule,
  firstProblem,
  knownValues,
  pathProblem,
  type Problem,
} from "./command-call.ts";

/** The options of a program that neither write nor run anything. Any other is a reason to ask. */
export interface OptionList {
  /** Letters of options without a value. */
  readonly flags: string;
  /** Letters of options with a value, attached or next. */
  readonly valued?: string;
  /** Names of long options, with `=` at the end where they take a value. */
  readonly long?: string;
}

export interface ParsedOptions {
  /** As given: `-n`, `--name`. */
  readonly names: ReadonlySet<string>;
  readonly values: readonly { readonly name: string; readonly value: string }[];
  readonly operands: readonly string[];
}

class OptionParser {
  readonly names = new Set<string>();
  readonly values: { name: string; value: string }[] = [];
  readonly operands: string[] = [];
  readonly #list: OptionList;
  readonly #long: ReadonlySet<string>;
  readonly #arguments: string[];

  constructor(list: OptionList, given: readonly string[]) {
    this.#list = list;
    this.#long = new Set((list.long ?? "").split(/\s+/));
    this.#arguments = given.toReversed();
  }

  /** False for an option that is not on the list. */
  parse(): boolean {
    while (this.#arguments.length > 0) {
      const argument = this.#arguments.pop() ?? "";
      if (argument === "--") {
        this.operands.push(...this.#arguments.toReversed());
        return true;
      }
      if (argument === "-" || !argument.startsWith("-")) this.operands.push(argument);
      else if (!(argument.startsWith("--") ? this.#takeLong(argument) : this.#takeShort(argument))) return false;
    }
    return true;
  }

  #takeLong(argument: string): boolean {
    const equals = argument.indexOf("=");
    const name = (equals === -1 ? argument : argument.slice(0, equals)).slice(2);
    this.names.add(`--${name}`);
    if (this.#long.has(name)) return equals === -1;
    if (!this.#long.has(`${name}=`)) return false;
    return this.#takeValue(`--${name}`, equals === -1 ? undefined : argument.slice(equals + 1));
  }

  #takeShort(argument: string): boolean {
    for (let index = 1; index < argument.length; index += 1) {
      const letter = argument.charAt(index);
      this.names.add(`-${letter}`);
      if (this.#list.valued?.includes(letter) === true) {
        return this.#takeValue(`-${letter}`, argument.slice(index + 1) || undefined);
      }
      if (!this.#list.flags.includes(letter)) return false;
    }
    return true;
  }

  #takeValue(name: string, attached: string | undefined): boolean {
    const value = attached ?? this.#arguments.pop();
    if (value === undefined) return false;
    this.values.push({ name, value });
    return true;
  }
}

/** Undefined where an argument is not known, or an option not on the list. */
export function parseOptions(call: CommandCall, list: OptionList): ParsedOptions | undefined {
  const given = knownValues(call.words);
  if (given === undefined) return undefined;
  const parser = new OptionParser(list, given);
  return parser.parse() ? parser : undefined;
}

export function optionProblem(call: CommandCall): string {
  return call.words.some((word) => word.kind === "dynamic")
    ? `${call.name} gets an argument that is only known when it runs`
    : `an option of ${call.name} is not known to be harmless`;
}

export interface OptionRule extends OptionList {
  /** Operands at the start that are no paths, such as a pattern; none where one of `patternOptions` is given. */
  readonly leading?: number;
  readonly patternOptions?: readonly string[];
  readonly operandsMax?: number;
  /** Options whose value is a path. */
  readonly pathOptions?: readonly string[];
}

/** A program that reads the files it is given, with these options and no others. */
export function readsWith(rule: OptionRule): CommandRule {
  return (call): Problem => {
    const parsed = parseOptions(call, rule);
    if (parsed === undefined) return optionProblem(call);
    if (parsed.operands.length > (rule.operandsMax ?? Number.POSITIVE_INFINITY)) return optionProblem(call);
    const hasPattern = rule.patternOptions?.some((name) => parsed.names.has(name)) === true;
    const operands = parsed.operands.slice(hasPattern ? 0 : (rule.leading ?? 0));
    const values = parsed.values.filter(({ name }) => rule.pathOptions?.includes(name)).map(({ value }) => value);
    return firstProblem([...operands, ...values], (file) => pathProblem(file, call));
  };
}
