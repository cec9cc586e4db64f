import { homedir } from "node:os";
import { comments, isSource, lineRule, parse, root, type RepositoryFile, type TidyRule } from "./repository.ts";

const isTidyItself = (file: RepositoryFile): boolean =>
  file.path.startsWith("test/tidy") || file.path === "test/planted.test.ts";
const isFixture = (file: RepositoryFile): boolean => file.path.startsWith("test/fixtures/");

const inventedUsers = ["ada", "alice", "bob", "dev", "me", "person", "someone", "user", "x"];

function hasMachinePath(line: string): boolean {
  if (/(?<![\w.$}-])\/(?:work|root)\/\w/u.test(line)) return true;
  const users = [...line.matchAll(/(?<![\w.-])\/(?:home|Users)\/([a-z_][\w.-]*)/gu)].map((match) => match[1] ?? "");
  if (users.some((user) => !inventedUsers.includes(user))) return true;
  const home = homedir();
  return line.includes(`${root}/`) || (home.split("/").length > 2 && line.includes(home));
}

const noMachinePaths = lineRule({
  name: "no path of one machine stands in a file",
  applies: (file) => !isTidyItself(file) && !isFixture(file),
  judge: (line) =>
    hasMachinePath(line) ? "use a path relative to the repository or to a temporary folder" : undefined,
});

const noRegistries = lineRule({
  name: "no package registry is named",
  applies: (file) => !isTidyItself(file),
  judge: (line) =>
    /https?:\/\/[^\s"'/]*(?:registry|npmjs|artifactory|verdaccio|nexus)/iu.test(line)
      ? "leave the registry to the machine's own npm configuration"
      : undefined,
});

function commentRule(options: { readonly name: string; readonly pattern: RegExp; readonly advice: string }): TidyRule {
  return {
    name: options.name,
    check: (files) =>
      files
        .filter((file) => isSource(file) && !isTidyItself(file))
        .flatMap((file) =>
          comments(parse(file))
            .filter(({ text }) => options.pattern.test(text))
            .map(({ line }) => `${file.path}:${line}: ${options.advice}`),
        ),
  };
}

const noReminders = commentRule({
  name: "no comment is a reminder",
  pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/u,
  advice: "do it now, or open an issue and remove the comment",
});

const noDeadCode = commentRule({
  name: "no code is commented out",
  pattern:
    /^(?:(?:import|export|const|let|var|return|throw|await)\b.*;|(?:if|for|while|switch)\s*\(.*\)\s*\{?|[\w.]+\(.*\);|[\w.]+ = .+;|\}(?: else \{)?)$/u,
  advice: "delete it; git keeps what was",
});

const noBanners = commentRule({
  name: "no comment is a banner",
  pattern: /^\s*[-=*#~─═]{4,}/u,
  advice: "delete it; a part that needs a heading wants a file of its own",
});

export const textRules: readonly TidyRule[] = [noMachinePaths, noRegistries, noReminders, noDeadCode, noBanners];
