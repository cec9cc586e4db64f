import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteCutter } from "./byte-cutter.ts";
import { seededRandom } from "./seeded-random.ts";

const events = Array.from({ length: 60 }, (_, index) => `data: {"n":${index},"text":"日本語🦊"}\n\n`);

async function piecesOf(seed: number | null): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  const output = { destroyed: false, write: (piece: Buffer) => pieces.push(Buffer.from(piece)) > 0 };
  const cutter = new ByteCutter(output, seed === null ? null : seededRandom(seed));
  for (const event of events) await cutter.write(event);
  await cutter.flush();
  return pieces;
}

describe("the byte cutter", () => {
  it("cuts inside events and inside characters, and loses nothing", async () => {
    const pieces = await piecesOf(1);
    const isInsideCharacter = (piece: Buffer): boolean => ((piece[0] ?? 0) & 0xc0) === 0x80;
    assert.ok(pieces.some(isInsideCharacter));
    assert.ok(pieces.some((piece) => !piece.toString().endsWith("\n\n")));
    assert.ok(
      pieces.some((piece) => piece.toString().split("\n\n").length > 2),
      "no two events in one piece",
    );
    assert.equal(Buffer.concat(pieces).toString(), events.join(""));
  });

  it("cuts the same way for the same seed, and differently for another", async () => {
    const lengths = async (seed: number): Promise<number[]> => (await piecesOf(seed)).map(({ length }) => length);
    assert.deepEqual(await lengths(3), await lengths(3));
    assert.notDeepEqual(await lengths(3), await lengths(4));
  });

  it("leaves each text whole where it has no seed", async () => {
    assert.deepEqual((await piecesOf(null)).map(String), events);
  });
});
