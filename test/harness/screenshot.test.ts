import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { encodePalettePng } from "./palette-png.ts";
import { screenPng, screenSvg } from "./screenshot.ts";
import { VirtualTerminal } from "./virtual-terminal.ts";

async function sampleScreen(): Promise<VirtualTerminal> {
  const terminal = new VirtualTerminal({ columns: 20, rows: 3 });
  terminal.write("╭──╮ \u001B[1;31m<b>\u001B[0m\r\n│ \u001B[7mx\u001B[0m│");
  await terminal.settled();
  return terminal;
}

test("a screen becomes a picture with its text, colours and frames", async () => {
  using terminal = await sampleScreen();
  const svg = screenSvg(terminal);
  assert.ok(svg.includes(">╭</text>"));
  assert.ok(svg.includes('fill="#e06c75" font-weight="bold">&lt;</text>'));
  assert.equal(svg.match(/<rect/gu)?.length, 2, "the ground and the inverse cell");
  const png = Buffer.from(await screenPng(terminal));
  assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [20 * 8 + 16, 3 * 15 + 16]);
});

test("a palette keeps the frequent colours and takes the nearest for the others", () => {
  const rgba = new Uint8Array(300 * 4 * 2);
  for (let pixel = 0; pixel < 300; pixel += 1) rgba.set([pixel >> 1, 0, pixel & 1, 255], pixel * 4);
  const png = Buffer.from(encodePalettePng({ width: 300, height: 2, rgba }));
  const dataAt = png.indexOf("IDAT");
  const rows = inflateSync(png.subarray(dataAt + 4, dataAt + 4 + png.readUInt32BE(dataAt - 4)));
  assert.equal(rows.length, 2 * 301);
  assert.equal(rows[302], 0, "black, the most frequent, stands first");
  assert.equal(png.readUInt32BE(png.indexOf("PLTE") - 4), 256 * 3);
});
