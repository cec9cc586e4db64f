import assert from "node:assert/strict";
import { test } from "node:test";
import { journalText } from "./journal-text.ts";

test("of a step's journal its reasoning, text and arguments can be read, a block a paragraph", () => {
  const lines = [
    '["step",1]',
    '["reasoning","r",1]',
    '[0,"I th"]',
    '["text","t"]',
    '[1,"Hel"]',
    '[0,"ink."]',
    '[1,"lo."]',
    '["call","c","write"]',
    '[2,"{\\"pa"]',
    '[2,null,{"input":"{\\"path\\":1}"}]',
    '["usage",{}]',
    "rubbish",
  ];
  assert.equal(journalText(lines), 'I think.\n\nHello.\n\n{"path":1}');
});

test("of what calls print, or a kind that is not known here, all that was printed can be read; of nothing, nothing", () => {
  assert.equal(journalText(['["outputs",1]', '["call","a"]', '[0,"1 of "]', '[0,"2\\n"]', '[0,null,"f"]']), "1 of 2\n");
  assert.equal(journalText(['["later",9]', '[0,"text"]']), "text");
  assert.equal(journalText(['["step",1]', '["text","t"]', '[0," "]']), "");
});
