/** An archive that cannot be read on: nobody knows where its next entry begins. The message is a sentence for people. */
export class DamagedArchive extends Error {
  override name = "DamagedArchive";
}

export const blockBytes = 512;

/** What a header of 512 bytes says on its own, before records of pax and long names. */
export interface TarHeader {
  path: Buffer;
  type: string;
  /** Bytes that follow it, without what fills their last block. */
  size: number;
  /** Seconds since 1970. */
  mtime: number;
}

/** Hard and symbolic links, devices, folders and pipes: their size says something else than what follows. */
const withoutBytes = /[1-6]/;

/** @returns null for a block of zeros, which ends an archive. @throws DamagedArchive */
export function readHeader(block: Buffer): TarHeader | null {
  let sum = 0;
  for (let i = 0; i < blockBytes; i++) sum += i >= 148 && i < 156 ? 32 : (block[i] as number);
  // Nothing but the spaces that stand for the checksum.
  if (sum === 8 * 32 && isZero(block)) return null;
  if (readNumber(block, 148, 8) !== sum) throw new DamagedArchive("A header in the archive is damaged.");
  const type = String.fromCharCode(block[156] as number);
  const size = readNumber(block, 124, 12);
  if (!Number.isSafeInteger(size) || size < 0) throw new DamagedArchive("A header in the archive has no valid size.");
  const name = textAt(block, 0, 100);
  // Of GNU's own format other things stand there.
  const prefix = block.toString("latin1", 257, 263) === "ustar\0" ? textAt(block, 345, 155) : Buffer.alloc(0);
  return {
    path: Buffer.from(prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name])),
    type,
    size: withoutBytes.test(type) ? 0 : size,
    mtime: readNumber(block, 136, 12),
  };
}

export function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

function textAt(block: Buffer, start: number, length: number): Buffer {
  return untilNul(block.subarray(start, start + length));
}

export function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Octal digits, or, where the first bit is set, a number of base 256 in two's complement. */
function readNumber(block: Buffer, start: number, length: number): number {
  const first = block[start] as number;
  if (first & 0x80) {
    let value = first & 0x40 ? (first & 0x7f) - 0x80 : first & 0x7f;
    for (let i = start + 1; i < start + length; i++) value = value * 256 + (block[i] as number);
    return value;
  }
  const text = block.toString("latin1", start, start + length).replace(/[\0 ]+$/, "");
  if (!/^ *[0-7]*$/.test(text)) throw new DamagedArchive("A header in the archive holds a number that is none.");
  return Number.parseInt(text, 8) || 0;
}

/** Records of pax, "27 mtime=1350244992.02396\n" each. Values are bytes: nothing says that a path is UTF-8. @throws DamagedArchive */
export function readRecords(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = space < 0 ? "" : bytes.toString("latin1", at, space);
    const end = at + (/^[0-9]{1,7}$/.test(length) ? Number(length) : 0);
    const equals = bytes.indexOf(61, space);
    if (end <= space || end > bytes.length || bytes[end - 1] !== 10 || equals < 0 || equals >= end)
      throw new DamagedArchive("A header of pax in the archive is damaged.");
    records.set(bytes.toString("utf8", space + 1, equals), Buffer.from(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}
