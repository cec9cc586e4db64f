import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast } from "../../../test/harness/contrast.ts";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeConfig } from "../../../test/harness/fake-facts.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import { asMessageId } from "../../schema/ids.ts";
import type { Color } from "../../term/span-line.ts";

const { options } = fakeConfig();

/** Words of the last frame that stand out from what is behind them by less than 4.5 : 1. */
function faintWords(running: ScreenProgram, background: Color): string[] {
  const spans = running.screen.frames.at(-1)?.lines.flat() ?? [];
  return spans.flatMap(({ text, style }) => {
    if (!/\p{L}/u.test(text) || style.foreground === undefined) return [];
    const ratio = contrast(style.foreground, style.background ?? background);
    return ratio < 4.5 ? [`${text}: ${ratio.toFixed(1)}`] : [];
  });
}

for (const [theme, background] of [
  ["dark", "#16181d"],
  ["light", "#ffffff"],
] as const) {
  test(`in the theme ${theme} no word of the screen, of a list or of a hit is too faint to read`, async (t) => {
    const app = new FakeApp({ config: fakeConfig({ options: { ...options, theme } }) });
    const [first, second] = ["Anvil", "Bellows"].map((title) => app.addSession(title));
    assert.ok(first !== undefined && second !== undefined);
    const said = {
      field: "answer",
      messageId: asMessageId("m"),
      atSeconds: 1_780_000_000,
      snippet: `${"far before it ".repeat(20)}the anvil`,
      ranges: [{ start: 284, end: 289 }],
    } as const;
    app.search.hits = [{ ...said, sessionId: second, hash: app.shortId(second), title: "Bellows" }];
    const running = await startScreenProgram(t, { app, sessionId: first, hasColors: true });
    const seen: string[] = [];
    const look = (): void => {
      seen.push(...faintWords(running, background));
    };
    look();
    await running.type("go on");
    await running.press("enter");
    await running.type("and then");
    await running.press("enter");
    assert.match(running.text, /and then/u);
    look();
    for (const keys of [["ctrl+s"], ["ctrl+p"], ["ctrl+l"], ["ctrl+t"], ["ctrl+g"], ["ctrl+d"], ["ctrl+c"]]) {
      await running.press(...keys);
      look();
      if (keys[0] === "ctrl+s") {
        await running.type("anvil");
        assert.match(running.text, /answer:/u);
        look();
        await running.press("escape");
      }
      await running.press("escape");
    }
    assert.deepEqual([...new Set(seen)], []);
  });
}
