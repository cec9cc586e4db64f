/** Markdown as models write it: paragraphs, lists, tables and code. The same text for the same seed. */
const paragraphs = [
  "The **store** keeps one row for each message, and `updated_at` moves with *every* insert, so the list stays in order.",
  "Looking at the failing test, the cause is a *stale* read: the file had changed on disk between `view` and `edit`.",
  "There are three ways to solve this, and the [second one](https://example.com/docs) needs no change to the format:",
  "Wide text is measured too: 漢字かな, naïve café, and signs such as → or ✓ take the cells that the terminal gives them.",
];

const lists = [
  "- first, read the *configuration* and keep its order\n- then compare `a` with `b`\n  - nested: only where both exist\n- finally write the result",
  "1. run the tests\n2. read the **first** failure\n3. fix it, and run them again",
];

const codes = [
  "```ts\nexport function sum(values: readonly number[]): number {\n  // Kahan would be more exact; this is enough here.\n  return values.reduce((total, value) => total + value, 0);\n}\nconst text = `sum: ${sum([1, 2, 3])}`;\n```",
  '```go\nfunc (s *Server) handle(w http.ResponseWriter, r *http.Request) {\n\tif r.Method != "POST" {\n\t\thttp.Error(w, "method", 405)\n\t\treturn\n\t}\n}\n```',
  '```diff\n--- a/main.c\n+++ b/main.c\n@@ -1,3 +1,4 @@\n int main(void) {\n+  puts("hello");\n   return 0;\n }\n```',
];

const table = "| name | count | note |\n|---|---:|---|\n| alpha | 12 | as before |\n| beta | 3 | *new* |";

/** About `length` characters (never fewer). */
export function markdownText(length: number, seed: number): string {
  const parts: string[] = [];
  let written = 0;
  for (let index = seed; written < length; index += 1) {
    const blocks = [
      `## Part ${index}`,
      paragraphs[index % paragraphs.length] ?? "",
      index % 3 === 0 ? (lists[index % lists.length] ?? "") : "",
      index % 2 === 0 ? (codes[index % codes.length] ?? "") : "",
      index % 7 === 0 ? table : "",
    ];
    const text = `${blocks.filter((block) => block !== "").join("\n\n")}\n\n`;
    parts.push(text);
    written += text.length;
  }
  return parts.join("");
}
