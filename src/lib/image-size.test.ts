import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { imageSizeOf } from "./image-size.ts";

const size = { width: 1_234, height: 567 };

function png(): Buffer {
  return Buffer.from("89504e470d0a1a0a0000000d49484452000004d200000237", "hex");
}

function jpeg(...segments: readonly string[]): Buffer {
  return Buffer.from(["ffd8", ...segments, "ffc2001108023704d203012200021101", "ffda"].join(""), "hex");
}

function webp(kind: string, hex: string): Buffer {
  return Buffer.concat([Buffer.from(`RIFF....WEBP${kind}....`, "latin1"), Buffer.from(hex, "hex")]);
}

describe("imageSizeOf", () => {
  test("reads the header of each kind", () => {
    const headers = {
      png: png(),
      gif: Buffer.from("474946383961d2043702f70000", "hex"),
      jpeg: jpeg(),
      "jpeg behind tables, fillings and a preview": jpeg(
        "ffe0001000112233445566778899aabbccdd",
        "ffe1000affd8ffc000110001",
        "ffffffc4000400ff",
        "ffdb000500ffff",
      ),
      "webp, lossy": webp("VP8 ", "3001009d012ad2043702"),
      "webp, lossless": webp("VP8L", "2fd1848d00000000000000"),
      "webp, extended": webp("VP8X", "10000000d10400360200"),
    };
    for (const [kind, bytes] of Object.entries(headers)) assert.deepEqual(imageSizeOf(bytes), size, kind);
  });

  test("is unknown where the header is cut off or no image's", () => {
    for (const bytes of [Buffer.alloc(0), png().subarray(0, 20), jpeg().subarray(0, 8), Buffer.from("%PDF-1.7")]) {
      assert.equal(imageSizeOf(bytes), undefined);
    }
    assert.equal(imageSizeOf(jpeg("ffe00000")), undefined);
  });

  test("ends, whatever the bytes are", () => {
    const starts = [jpeg(), png(), webp("VP8X", ""), webp("VP8 ", ""), Buffer.from("GIF89a")];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.nat(12), fc.uint8Array({ maxLength: 60 }), (start, kept, rest) => {
        const found = imageSizeOf(Buffer.concat([start.subarray(0, 3 + kept), rest]));
        assert.ok(found === undefined || (found.width >= 0 && found.height >= 0));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
