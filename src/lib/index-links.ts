/**
 * The index of a git repository, read to learn which of its entries are repositories of their own. It may have been made so
 * as to be read in two ways: what git could take for something else than is read here makes it unreadable.
 */

const headerLength = 12;
const hashLength = 20;
/** Within an entry. */
const modeOffset = 24;
const flagsOffset = 60;
const typeMask = 0o170000;
const linkType = 0o160000;
const nameLengthMask = 0xfff;
const isExtended = 0x4000;
/** An extension's name and length. */
const extensionHeaderLength = 8;

interface Entry {
  readonly name: Buffer;
  readonly isLink: boolean;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * The paths of the entries that are repositories (submodules); null where it can't be told: an index that is split or
 * sparse, that has other hashes than SHA-1, or that is not consistent.
 */
export function linksOfIndex(index: Buffer): readonly Buffer[] | null {
  if (index.length < headerLength + hashLength || index.toString("latin1", 0, 4) !== "DIRC") return null;
  const version = index.readUInt32BE(4);
  const count = index.readUInt32BE(8);
  if (version < 2 || version > 4) return null;
  const readEntry = version === 4 ? shortenedEntry : paddedEntry;
  const links: Buffer[] = [];
  const starts: number[] = [];
  let [end, before] = [headerLength, Buffer.alloc(0)];
  while (starts.length < count) {
    const entry = readEntry(index, end, before);
    if (entry === null || entry.name.includes(0)) return null;
    starts.push(end);
    if (entry.isLink) links.push(entry.name);
    [end, before] = [entry.end, Buffer.from(entry.name)];
  }
  return areExtensionsPlain(index, { starts: version === 4 ? null : starts, end }) ? links : null;
}

interface FixedPart {
  readonly isLink: boolean;
  readonly nameStart: number;
  /** `nameLengthMask`: up to the next zero. */
  readonly nameLength: number;
}

function fixedPart(index: Buffer, at: number): FixedPart | null {
  if (at + flagsOffset + 4 > index.length) return null;
  const flags = index.readUInt16BE(at + flagsOffset);
  return {
    isLink: (index.readUInt32BE(at + modeOffset) & typeMask) === linkType,
    nameStart: at + flagsOffset + ((flags & isExtended) === 0 ? 2 : 4),
    nameLength: flags & nameLengthMask,
  };
}

/** The zero that ends a name; -1 where there is none. */
function nameEnd(index: Buffer, start: number, length: number): number {
  const end = length === nameLengthMask ? index.indexOf(0, start) : start + length;
  return end >= start && index[end] === 0 ? end : -1;
}

/** Of versions 2 and 3: the name is there as a whole, with one to eight zeros behind it. */
function paddedEntry(index: Buffer, at: number): Entry | null {
  const fixed = fixedPart(index, at);
  if (fixed === null) return null;
  const { isLink, nameStart, nameLength } = fixed;
  const end = nameEnd(index, nameStart, nameLength);
  if (end === -1) return null;
  return { isLink, name: index.subarray(nameStart, end), end: at + Math.floor((end - at + 8) / 8) * 8 };
}

/** Of version 4: what differs from the end of the name before, and how much of that goes. */
function shortenedEntry(index: Buffer, at: number, before: Buffer): Entry | null {
  const fixed = fixedPart(index, at);
  if (fixed === null) return null;
  let start = fixed.nameStart;
  let byte = index[start] ?? 0;
  let gone = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    start += 1;
    byte = index[start] ?? 0;
    gone = (gone + 1) * 0x80 + (byte & 0x7f);
  }
  start += 1;
  const kept = before.length - gone;
  if (kept < 0) return null;
  const { isLink, nameLength } = fixed;
  const end = nameEnd(index, start, nameLength === nameLengthMask ? nameLength : nameLength - kept);
  if (end === -1) return null;
  return { isLink, name: Buffer.concat([before.subarray(0, kept), index.subarray(start, end)]), end: end + 1 };
}

/**
 * Whether all that stands behind the entries leaves them as they were read. `starts`: where each began; null: a table that
 * names such places is not believed.
 */
function areExtensionsPlain(
  index: Buffer,
  { starts, end }: { readonly starts: readonly number[] | null; readonly end: number },
): boolean {
  const limit = index.length - hashLength;
  const endMark = limit - extensionHeaderLength - 4 - hashLength;
  const hasEndMark = index.toString("latin1", endMark, endMark + 4) === "EOIE";
  if (hasEndMark && index.readUInt32BE(endMark + 8) !== end) return false;
  let at = end;
  while (at + extensionHeaderLength <= limit) {
    const name = index.toString("latin1", at, at + 4);
    const dataStart = at + extensionHeaderLength;
    at = dataStart + index.readUInt32BE(at + 4);
    // A small letter: it changes what the entries mean (`link`, `sdir`).
    if (!/^[A-Z]/.test(name)) return false;
    if (name === "IEOT" && !isTableOf(index.subarray(dataStart, at), starts)) return false;
  }
  return at === limit;
}

/** Whether the table of blocks, from which git reads the entries in several threads, names the places where they are. */
function isTableOf(table: Buffer, starts: readonly number[] | null): boolean {
  let count = 0;
  for (let at = 4; at + 8 <= table.length; at += 8) {
    if (starts?.[count] !== table.readUInt32BE(at)) return false;
    count += table.readUInt32BE(at + 4);
  }
  return count === starts?.length;
}
