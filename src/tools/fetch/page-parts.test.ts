import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bodyOf, tidied, withoutUnread } from "./page-parts.ts";

describe("a page", () => {
  it("is its body; the whole text where there is none", () => {
    assert.equal(bodyOf("<html><BODY class='a'> one </Body ></html>"), "one");
    assert.equal(bodyOf("<body>one"), "one");
    assert.equal(bodyOf("<body one"), "<body one");
    assert.equal(bodyOf("<p>one"), "<p>one");
  });

  it("loses what nobody reads, where it is closed", () => {
    const page =
      "a<script src=x>1<b></SCRIPT >b<Style>2</style><scripted>c</scripted><svg>3</svg>d<script>e<style>4</style>f";
    assert.equal(withoutUnread(page), "ab<scripted>c</scripted>d<script>ef");
    assert.equal(withoutUnread("a<script"), "a<script");
    assert.equal(withoutUnread("a<script>b<script>c</script>d"), "ad");
  });

  it("loses blank ends of lines and all but one of several blank lines", () => {
    assert.equal(tidied(" a \t\n\n \n\nb  c\t"), "a\n\nb  c");
  });

  const hostile: Readonly<Record<string, string>> = {
    "a body that does not begin": "<body".repeat(100_000),
    "scripts that do not end": "<script>".repeat(100_000),
    "tags that do not end": "<script ".repeat(100_000),
    "ends that do not end": `<body>${"</body ".repeat(100_000)}`,
    "scripts of which each name ends late": `${"<script><style><svg>".repeat(30_000)}</svg></style></script>`,
    "blanks before a letter": `${" ".repeat(200_000)}a`.repeat(3),
  };
  for (const [name, page] of Object.entries(hostile)) {
    it(`costs time in proportion: ${name}`, () => {
      const startedAt = performance.now();
      tidied(withoutUnread(bodyOf(page)));
      assert.ok(performance.now() - startedAt < 1000);
    });
  }
});
