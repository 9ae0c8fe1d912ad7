import zlib from "node:zlib";
import { damaged } from "../errors.ts";

const LEVEL = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 } };
/** No blob of ours is larger than a chunk or a tree; a header that promises more is damage, not data. */
const LARGEST = 1024 * 1024 * 1024;

/** The most that zstd can make of `length` bytes. */
export function compressBound(length: number): number {
  return length + (length >> 8) + 128;
}

export function compress(bytes: Uint8Array): Buffer {
  return zlib.zstdCompressSync(bytes, { ...LEVEL, chunkSize: Math.max(64, compressBound(bytes.length)) });
}

/** @param length What the result must have, or undefined where nobody knows. */
export function decompress(bytes: Uint8Array, length?: number): Buffer {
  let plain: Buffer;
  try {
    plain = zlib.zstdDecompressSync(bytes, {
      chunkSize: Math.max(64, Math.min(length ?? bytes.length * 8, LARGEST)),
      maxOutputLength: length === undefined ? LARGEST : Math.max(1, length),
    });
  } catch (error) {
    throw damaged("Compressed data cannot be decompressed.", error);
  }
  if (length !== undefined && plain.length !== length) {
    throw damaged(`Compressed data holds ${plain.length} bytes where ${length} are promised.`);
  }
  return plain;
}
