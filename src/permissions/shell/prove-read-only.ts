import {
  type Assignment,
  type Command,
  type CommandArgument,
  forEachChild,
  parse,
  type ParsedScript,
  type Redirection,
  type SyntaxNode,
  type TestExpression,
  type Word,
} from "unbash";
import { isInside } from "../../lib/real-path.ts";
import type { PathLookup } from "../policy.ts";
import { type CommandCall, firstProblem, pathProblem, type Problem } from "./command-call.ts";
import { expansionProblem } from "./expansion-rules.ts";
import { judgeCommand } from "./read-only-commands.ts";
import { evaluateWord, known, knownText, type ShellWord } from "./shell-word.ts";
import { coversSource } from "./source-coverage.ts";
import { isHarmlessVariable } from "./wrapper-commands.ts";

/** What a proof starts from. */
export interface ProofContext {
  /** Where the command runs; absolute, links resolved. */
  readonly directory: string;
  readonly projectRoot: string;
  readonly paths: PathLookup | undefined;
}

const commandLengthMax = 50_000;
/** Rounds of loops included. */
const stepsMax = 20_000;

/** The name of a variable of the script's own, which no program looks at. The shell itself sets `_`. */
function isOwnVariable(name: string): boolean {
  return /^(?!_$|.*_proxy$)[a-z_][a-z0-9_]*$/.test(name);
}

/** White space that a shell does not take for such, and a parser might. */
const oddCharacters = /[^\P{Cc}\n\t]|[[\p{Z}\u{200B}\u{FEFF}]--[ ]]/v;

/** Nodes that are what lies in them. */
const grouping: ReadonlySet<string> = new Set([
  "Statement",
  "CompoundList",
  "Pipeline",
  "If",
  "Elif",
  "Subshell",
  "BraceGroup",
  "Case",
  "CaseItem",
  "Time",
  "Negation",
]);

/** Judges one script; keeps where it may be and what its loops set. */
class Prover {
  readonly #context: ProofContext;
  #directories: Set<string>;
  readonly #bindings = new Map<string, string>();
  /** Assigned more than once, in places that are not followed. */
  readonly #unstable: ReadonlySet<string>;
  readonly #script: ParsedScript;
  /** What positions in the tree index. */
  #source: string;
  #loops = 0;
  #steps = 0;

  constructor(context: ProofContext, directories: ReadonlySet<string>, command: string) {
    this.#context = context;
    this.#source = command;
    this.#directories = new Set(directories);
    this.#script = parse(command);
    this.#unstable = assignedNames(this.#script);
  }

  prove(): Problem {
    return this.script({ ...this.#script, pos: 0, end: this.#source.length });
  }

  script(script: ParsedScript): Problem {
    const outer = this.#source;
    this.#source = script.source ?? outer;
    const isWhole = (script.errors ?? []).length === 0 && coversSource(script, this.#source);
    const problem = isWhole ? this.#statements(script) : "the command is not valid Bash";
    this.#source = outer;
    return problem;
  }

  #statements(script: ParsedScript): Problem {
    return firstProblem(script.commands, (statement) => this.node(statement));
  }

  /** Anything that is executed. What is not listed is not proven. */
  node(node: SyntaxNode): Problem {
    this.#steps += 1;
    if (this.#steps > stepsMax) return "the command is too long to be judged";
    if (grouping.has(node.type)) return this.#children(node);
    if (node.type === "Script") return this.script(node);
    if (node.type === "AndOr") return this.#andOr(node);
    if (node.type === "Command") return this.#command(node);
    if (node.type === "For") return this.#for(node);
    if (node.type === "While") {
      this.#loops += 1;
      return this.#children(node) ?? this.#leaveLoop();
    }
    if (node.type === "TestCommand") return this.#test(node.expression);
    if (node.type === "Redirected") {
      return this.node(node.command) ?? firstProblem(node.redirects, (redirect) => this.#redirection(redirect));
    }
    // The word of a `case` and its patterns.
    return node.type === "Word" ? this.#inside(node) : `${node.type} is not judged`;
  }

  /** What follows `cd … &&` runs there and nowhere else. */
  #andOr(node: SyntaxNode & { readonly type: "AndOr" }): Problem {
    const places = new Set(this.#directories);
    const isChain = node.operators.every((operator) => operator === "&&");
    for (const command of node.commands) {
      const before = new Set(this.#directories);
      const problem = this.node(command);
      if (problem !== undefined) return problem;
      for (const place of this.#directories) places.add(place);
      const added = [...this.#directories].filter((place) => !before.has(place));
      const changes = isChain && command.type === "Command" && command.name?.value === "cd";
      if (changes && added.length === before.size) this.#directories = new Set(added);
    }
    this.#directories = places;
    return undefined;
  }

  #leaveLoop(): Problem {
    this.#loops -= 1;
    return undefined;
  }

  #children(node: SyntaxNode): Problem {
    const children: SyntaxNode[] = [];
    forEachChild(node, (child) => children.push(child));
    return firstProblem(children, (child) => this.node(child));
  }

  /** What a word expands: the commands in it, and expansions that run none. */
  #inside(node: SyntaxNode): Problem {
    this.#steps += 1;
    if (this.#steps > stepsMax) return "the command is too long to be judged";
    const problem = expansionProblem(node);
    if (problem !== undefined) return problem;
    const children: SyntaxNode[] = [];
    forEachChild(node, (child) => children.push(child));
    return firstProblem(children, (child) => (child.type === "Script" ? this.script(child) : this.#inside(child)));
  }

  #command(node: Command): Problem {
    const { name } = node;
    const mayBeSet = name === undefined ? isOwnVariable : isHarmlessVariable;
    for (const part of node.prefix) {
      const problem = part.type === "Assignment" ? this.#assignment(part, mayBeSet) : this.#redirection(part);
      if (problem !== undefined) return problem;
    }
    if (name === undefined) return undefined;
    const words: ShellWord[] = [];
    for (const part of node.suffix) {
      const isArgument = part.type === "Word" || part.type === "Assignment";
      const problem = isArgument ? this.#argument(part, words) : this.#redirection(part);
      if (problem !== undefined) return problem;
    }
    return this.#inside(name) ?? this.#named(knownText(name, this.#scope()), words);
  }

  #argument(part: CommandArgument, words: ShellWord[]): Problem {
    const problem = this.#inside(part);
    if (problem !== undefined) return problem;
    if (part.type === "Word") {
      const evaluated = evaluateWord(part, this.#scope());
      words.push(...evaluated);
      return isPattern(part) ? this.#matched(evaluated) : undefined;
    }
    const value =
      part.value.type === "Word" && part.index === undefined ? knownText(part.value, this.#scope()) : undefined;
    const operator = part.append === true ? "+=" : "=";
    words.push(value === undefined ? { kind: "dynamic" } : known(`${part.name}${operator}${value}`));
    return undefined;
  }

  /** A pattern reads directories: whatever is done with the names, they must be the project's. */
  #matched(words: readonly ShellWord[]): Problem {
    return firstProblem(words, (word) =>
      word.kind === "known"
        ? pathProblem(word.value, this.#call("the shell", []))
        : "a pattern matches files that are only known when it runs",
    );
  }

  #assignment(node: Assignment, isHarmless: (name: string) => boolean): Problem {
    if (!isHarmless(node.name)) return `sets ${node.name}`;
    if (node.index !== undefined || node.value.type !== "Word") return "assigns to an array";
    return this.#inside(node.value);
  }

  #named(name: string | undefined, words: readonly ShellWord[]): Problem {
    if (name === undefined) return "runs a command that is only known when it runs";
    if (name === "cd") return this.#changeDirectory(words);
    return judgeCommand(this.#call(name, words));
  }

  #call(name: string, words: readonly ShellWord[]): CommandCall {
    const { projectRoot, paths } = this.#context;
    return {
      name,
      words,
      directories: this.#directories,
      projectRoot,
      paths,
      judge: ([first, ...rest]) =>
        first?.kind === "known"
          ? judgeCommand(this.#call(first.value, rest))
          : "runs a command that is only known when it runs",
      judgeScript: (script) => proveScript(script, this.#context, this.#directories),
    };
  }

  /** The directory may not be there, so both places count from here on. A link would make `..` mean two places. */
  #changeDirectory(words: readonly ShellWord[]): Problem {
    const [target, ...others] = words;
    const { paths, projectRoot } = this.#context;
    if (this.#loops > 0) return "changes the directory in a loop";
    const isNamed = target?.kind === "known" && others.length === 0 && !/^(-.*)?$/.test(target.value);
    if (!isNamed) return "cd goes to an unknown place";
    if (paths === undefined) return `can't tell where ${target.value} leads`;
    const root = paths.realPath(projectRoot, "/");
    for (const from of Array.from(this.#directories)) {
      const real = paths.realPath(target.value, from);
      if (!isInside(root, real)) return `cd leaves the project`;
      const named = target.value.startsWith("/") ? target.value : `${from}/${target.value}`;
      if (real !== withoutDots(named) && real !== root) return "cd goes through a link";
      this.#directories.add(real);
    }
    return undefined;
  }

  #for(node: SyntaxNode & { readonly type: "For" }): Problem {
    const name = node.name.value;
    if (!isOwnVariable(name)) return `sets ${name}`;
    const words: ShellWord[] = [];
    for (const word of node.wordlist ?? []) {
      const problem = this.#argument(word, words);
      if (problem !== undefined) return problem;
    }
    this.#loops += 1;
    const isFollowed = node.wordlist !== undefined && !this.#unstable.has(name) && !this.#bindings.has(name);
    const problem =
      isFollowed && words.every((word) => word.kind === "known") && words.length > 0
        ? firstProblem(words, (word) => this.#round(name, word, node))
        : this.node(node.body);
    return problem ?? this.#leaveLoop();
  }

  #round(name: string, word: ShellWord, node: SyntaxNode & { readonly type: "For" }): Problem {
    if (word.kind === "known") this.#bindings.set(name, word.value);
    const problem = this.node(node.body);
    this.#bindings.delete(name);
    return problem;
  }

  #redirection(node: Redirection): Problem {
    if (node.descriptor?.type === "FileDescriptorVariable") return "opens a file for a variable";
    if (node.type === "HereDoc") {
      return node.closing === undefined ? "a here-document has no end" : this.#inside(node.body);
    }
    if (node.target === undefined) return "a redirection has no target";
    const problem = this.#inside(node.target);
    return problem ?? (node.type === "HereString" ? undefined : this.#redirectedFile(node.operator, node.target));
  }

  #redirectedFile(operator: string, word: Word): Problem {
    const target = knownText(word, this.#scope());
    if (target === undefined) return "redirects to or from a file that is only known when it runs";
    if (operator === "<") return pathProblem(target, this.#call("<", []));
    if ((operator === ">&" || operator === "<&") && /^(\d+-?|-)$/.test(target)) return undefined;
    const isHarmless = operator !== "<>" && operator !== "<&" && /^\/dev\/(null|stdout|stderr)$/.test(target);
    return isHarmless ? undefined : `writes to ${target}`;
  }

  /** Of `[[ … ]]`. */
  #test(expression: TestExpression): Problem {
    if (expression.type === "TestLogical") return firstProblem(expression.operands, (operand) => this.#test(operand));
    if (expression.type === "TestNot") return this.#test(expression.operand);
    if (expression.type === "TestGroup") return this.#test(expression.expression);
    if (expression.type === "TestUnary") {
      const looksAtName = /^-[vR]$/.test(expression.operator);
      return looksAtName ? "looks at a variable by its name" : this.#inside(expression.operand);
    }
    const isPlain = /^(=|==|!=|=~|-nt|-ot|-ef)$/.test(expression.operator);
    if (!isPlain) return `the comparison ${expression.operator} may run a command`;
    return this.#inside(expression.left) ?? this.#inside(expression.right);
  }

  #scope(): Parameters<typeof evaluateWord>[1] {
    return { directories: this.#directories, bindings: this.#bindings, paths: this.#context.paths };
  }
}

function isPattern(word: Word): boolean {
  return word.parts?.some((part) => part.type === "Glob") === true;
}

/** An absolute path without `.`, `..` and doubled slashes, as a shell's `cd` understands it. */
function withoutDots(file: string): string {
  const names: string[] = [];
  for (const name of file.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

/** Names that an assignment sets anywhere, and those of more than one loop. */
function assignedNames(script: ParsedScript): Set<string> {
  const assigned = new Set<string>();
  const loops = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.type === "Assignment") assigned.add(node.name);
    if (node.type === "For" || node.type === "Select") {
      if (loops.has(node.name.value)) assigned.add(node.name.value);
      loops.add(node.name.value);
    }
    forEachChild(node, visit);
  };
  visit(script);
  return assigned;
}

function proveScript(command: string, context: ProofContext, directories: ReadonlySet<string>): Problem {
  if (command.length > commandLengthMax) return "the command is too long to be judged";
  if (oddCharacters.test(command)) return "the command holds control characters or odd spaces";
  return new Prover(context, directories, command).prove();
}

/**
 * Why a Bash command is not proven to only read, and only inside the project; undefined where it is. The proof is by
 * parsing: whatever is not understood is not proven.
 */
export function whyNotReadOnly(command: string, context: ProofContext): Problem {
  const root = context.paths?.realPath(context.projectRoot, "/") ?? context.projectRoot;
  if (!isInside(root, context.directory)) return "runs outside the project";
  return proveScript(command, context, new Set([context.directory]));
}
