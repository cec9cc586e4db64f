import ts from "typescript";
import { featuresWithoutStory, type NamedStory, namedStories, storiesDocument } from "../../tools/named-stories.ts";
import { parse, type RepositoryFile, type TidyRule, walk } from "./repository.ts";

/** Titles of the tests of a file, as far as they are written out. */
function testTitles(file: RepositoryFile): ReadonlySet<string> {
  const titles = new Set<string>();
  walk(parse(file).tree, (node) => {
    if (!ts.isCallExpression(node) || !["test", "it"].includes(node.expression.getText())) return;
    const title = node.arguments[0];
    if (title !== undefined && ts.isStringLiteralLike(title)) titles.add(title.text);
  });
  return titles;
}

function offence({ file, title }: NamedStory, files: readonly RepositoryFile[]): string[] {
  const found = files.find((candidate) => candidate.path === file);
  if (found === undefined) return [`${storiesDocument}: there is no ${file}; name the test that shows the feature`];
  return testTitles(found).has(title) ? [] : [`${storiesDocument}: ${file} has no test "${title}"; name it as it is`];
}

/** That a named story is not skipped is judged where the tests run: tools/junit-report.ts. */
export const storyRule: TidyRule = {
  name: "each story that docs/stories.md names is there",
  check: (files) => {
    const text = files.find((file) => file.path === storiesDocument)?.text ?? "";
    const stories = namedStories(text);
    if (stories.length === 0) return [`${storiesDocument}: name the tests that show the features`];
    const bare = featuresWithoutStory(text).filter((line) => !line.endsWith("| none yet |"));
    return [
      ...stories.flatMap((story) => offence(story, files)),
      ...bare.map((line) => `${storiesDocument}: name a story, or "none yet", in "${line.slice(0, 80)}"`),
    ];
  },
};
