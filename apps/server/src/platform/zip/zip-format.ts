/**
 * The parts of a ZIP file (PKWARE APPNOTE 6.3.10), entries stored, not compressed. All lengths follow from names and sizes alone, so an
 * archive's bytes can be made from anywhere in it. ZIP64 only where a number does not fit.
 */
export interface ZipEntry {
  /** Path inside the archive, UTF-8, /-separated; folders end with a slash. */
  path: Buffer;
  /** Bytes. */
  size: number;
  crc32: number;
  modified: Date;
  folder: boolean;
  /**
   * The checksum is not known before the bytes are read: it stands in a `dataDescriptor` behind them (4.4.4, bit 3), and `crc32` must be
   * right only by then. For files.
   */
  crcFollows?: boolean;
}

const max32 = 0xffffffff;
const max16 = 0xffff;
const utf8Flag = 0x0800;
const descriptorFlag = 0x0008;
const timestampExtra = 9;

function isBig(entry: ZipEntry): boolean {
  return entry.size >= max32;
}

function flagsOf(entry: ZipEntry): number {
  return utf8Flag | (entry.crcFollows ? descriptorFlag : 0);
}

export function localHeaderLength(entry: ZipEntry): number {
  return 30 + entry.path.length + timestampExtra + (isBig(entry) ? 20 : 0);
}

/** 4.3.7. Where the checksum follows, nothing but zeros for what the descriptor tells. */
export function localHeader(entry: ZipEntry): Buffer {
  const big = isBig(entry);
  const size = entry.crcFollows ? 0 : entry.size;
  const header = Buffer.alloc(localHeaderLength(entry));
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(big ? 45 : 20, 4);
  header.writeUInt16LE(flagsOf(entry), 6);
  header.writeUInt16LE(0, 8);
  writeDosTime(header, 10, entry.modified);
  header.writeUInt32LE(entry.crcFollows ? 0 : entry.crc32 >>> 0, 14);
  header.writeUInt32LE(big ? max32 : size, 18);
  header.writeUInt32LE(big ? max32 : size, 22);
  header.writeUInt16LE(entry.path.length, 26);
  header.writeUInt16LE(header.length - 30 - entry.path.length, 28);
  entry.path.copy(header, 30);
  let at = writeTimestamp(header, 30 + entry.path.length, entry.modified);
  if (big) {
    at = header.writeUInt16LE(0x0001, at);
    at = header.writeUInt16LE(16, at);
    at = header.writeBigUInt64LE(BigInt(size), at);
    header.writeBigUInt64LE(BigInt(size), at);
  }
  return header;
}

export function dataDescriptorLength(entry: ZipEntry): number {
  return !entry.crcFollows ? 0 : isBig(entry) ? 24 : 16;
}

/** 4.3.9: behind the bytes of an entry whose checksum follows; empty for the others. */
export function dataDescriptor(entry: ZipEntry): Buffer {
  const descriptor = Buffer.alloc(dataDescriptorLength(entry));
  if (!entry.crcFollows) return descriptor;
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(entry.crc32 >>> 0, 4);
  if (isBig(entry)) {
    descriptor.writeBigUInt64LE(BigInt(entry.size), 8);
    descriptor.writeBigUInt64LE(BigInt(entry.size), 16);
  } else {
    descriptor.writeUInt32LE(entry.size, 8);
    descriptor.writeUInt32LE(entry.size, 12);
  }
  return descriptor;
}

export function centralHeaderLength(entry: ZipEntry, offset: number): number {
  const numbers = (isBig(entry) ? 16 : 0) + (offset >= max32 ? 8 : 0);
  return 46 + entry.path.length + timestampExtra + (numbers > 0 ? 4 + numbers : 0);
}

/** 4.3.12. `offset`: where the entry's local header begins. */
export function centralHeader(entry: ZipEntry, offset: number): Buffer {
  const big = isBig(entry);
  const far = offset >= max32;
  const header = Buffer.alloc(centralHeaderLength(entry, offset));
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 63, 4);
  header.writeUInt16LE(big || far ? 45 : 20, 6);
  header.writeUInt16LE(flagsOf(entry), 8);
  header.writeUInt16LE(0, 10);
  writeDosTime(header, 12, entry.modified);
  header.writeUInt32LE(entry.crc32 >>> 0, 16);
  header.writeUInt32LE(big ? max32 : entry.size, 20);
  header.writeUInt32LE(big ? max32 : entry.size, 24);
  header.writeUInt16LE(entry.path.length, 28);
  header.writeUInt16LE(header.length - 46 - entry.path.length, 30);
  header.writeUInt32LE((((entry.folder ? 0o40755 : 0o100644) << 16) | (entry.folder ? 0x10 : 0)) >>> 0, 38);
  header.writeUInt32LE(far ? max32 : offset, 42);
  entry.path.copy(header, 46);
  let at = writeTimestamp(header, 46 + entry.path.length, entry.modified);
  if (big || far) {
    at = header.writeUInt16LE(0x0001, at);
    at = header.writeUInt16LE((big ? 16 : 0) + (far ? 8 : 0), at);
    if (big) {
      at = header.writeBigUInt64LE(BigInt(entry.size), at);
      at = header.writeBigUInt64LE(BigInt(entry.size), at);
    }
    if (far) header.writeBigUInt64LE(BigInt(offset), at);
  }
  return header;
}

/** 4.3.14–4.3.16: the end, in its 64-bit form too where count, size or offset ask for it. */
export function endOfArchive(count: number, centralSize: number, centralOffset: number): Buffer {
  const far = count >= max16 || centralSize >= max32 || centralOffset >= max32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(far ? max16 : count, 8);
  end.writeUInt16LE(far ? max16 : count, 10);
  end.writeUInt32LE(far ? max32 : centralSize, 12);
  end.writeUInt32LE(far ? max32 : centralOffset, 16);
  if (!far) return end;
  const end64 = Buffer.alloc(56 + 20);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE((3 << 8) | 63, 12);
  end64.writeUInt16LE(45, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(centralSize), 40);
  end64.writeBigUInt64LE(BigInt(centralOffset), 48);
  end64.writeUInt32LE(0x07064b50, 56);
  end64.writeBigUInt64LE(BigInt(centralOffset + centralSize), 64);
  end64.writeUInt32LE(1, 72);
  return Buffer.concat([end64, end]);
}

/** Two-second local time without a zone: UTC here. Readers that know better take the timestamp below. */
function writeDosTime(target: Buffer, at: number, time: Date): void {
  const year = Math.min(Math.max(time.getUTCFullYear(), 1980), 2107);
  target.writeUInt16LE((time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1), at);
  target.writeUInt16LE(((year - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate(), at + 2);
}

/** Extended timestamp ("UT"): modification time in seconds since 1970. */
function writeTimestamp(target: Buffer, at: number, time: Date): number {
  const seconds = Math.min(Math.max(Math.floor(time.getTime() / 1000), -0x80000000), 0x7fffffff);
  let next = target.writeUInt16LE(0x5455, at);
  next = target.writeUInt16LE(5, next);
  next = target.writeUInt8(1, next);
  return target.writeInt32LE(seconds, next);
}
