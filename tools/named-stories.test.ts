import assert from "node:assert/strict";
import { test } from "node:test";
import { featuresWithoutStory, namedStories } from "./named-stories.ts";

const document = `
| feature | shown by |
|---|---|
| Sessions are found. | \`test/stories/a.test.ts\` › they are found |
| They stay. | \`test/stories/b.test.ts\` › they stay, always<br>\`src/tui/c.test.ts\` › so do drafts |
| They fly. | none yet |
`;

test("stories are read from the cells of the tables", () => {
  assert.deepEqual(namedStories(document), [
    { file: "test/stories/a.test.ts", title: "they are found" },
    { file: "test/stories/b.test.ts", title: "they stay, always" },
    { file: "src/tui/c.test.ts", title: "so do drafts" },
  ]);
});

test("a feature without a story is found", () => {
  assert.deepEqual(featuresWithoutStory(document), ["| They fly. | none yet |"]);
});
