/** Random lower-case hex of `length` characters. The global `crypto` spares the 5 ms that loading node:crypto takes. */
export function randomHex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil(length / 2)));
  return Buffer.from(bytes).toString("hex").slice(0, length);
}
