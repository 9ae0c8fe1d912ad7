import zlib from "node:zlib";
import { damaged } from "../errors.ts";

/** Of 255 degrees of freedom: noise is above it once in 30,000 times. */
const RANDOM_LIMIT = 355;

export const LEVEL = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 2 } };
/** Output is made in pieces of this size at most. zlib's object holds on to the last one until a full collection, so they are small. */
export const OUTPUT_CHUNK = 64 * 1024;

/** The most that zstd can make of `length` bytes. */
export function compressBound(length: number): number {
  return length + (length >> 8) + 128;
}

/**
 * Whether bytes look like noise: what is encrypted or compressed already does, and trying to compress it is time lost. Pearson's test on four
 * samples of the bytes' frequencies; text, tables and programs fail it by far.
 */
export function looksRandom(bytes: Uint8Array): boolean {
  if (bytes.length < 1024) return false;
  const counts = new Uint32Array(256);
  const sample = Math.min(4096, bytes.length >> 2);
  for (let part = 0; part < 4; part++) {
    const start = Math.floor(((bytes.length - sample) * part) / 3);
    for (let i = start; i < start + sample; i++)
      counts[bytes[i] as number] = (counts[bytes[i] as number] as number) + 1;
  }
  const expected = (sample * 4) / 256;
  let chiSquare = 0;
  for (const count of counts) chiSquare += (count - expected) ** 2 / expected;
  return chiSquare < RANDOM_LIMIT;
}

/** One zstd frame. */
export function compress(bytes: Uint8Array): Buffer {
  return zlib.zstdCompressSync(bytes, {
    ...LEVEL,
    chunkSize: Math.max(64, Math.min(compressBound(bytes.length), OUTPUT_CHUNK)),
  });
}

/**
 * @param expected the bytes that the result must have, or may have at most: a few compressed ones can stand for very many
 * @throws RepositoryError "damaged"
 */
export function decompress(bytes: Uint8Array, expected: number | { atMost: number }): Buffer {
  const length = typeof expected === "number" ? expected : undefined;
  let plain: Buffer;
  try {
    plain = zlib.zstdDecompressSync(bytes, {
      // One byte more: zlib asks for another piece as soon as one is full.
      chunkSize: Math.max(64, Math.min((length ?? bytes.length * 8) + 1, OUTPUT_CHUNK)),
      maxOutputLength: typeof expected === "number" ? Math.max(1, expected) : expected.atMost,
    });
  } catch (error) {
    throw damaged("Compressed data cannot be decompressed.", error);
  }
  if (length !== undefined && plain.length !== length) {
    throw damaged(`Compressed data holds ${plain.length} bytes where ${length} are promised.`);
  }
  return plain;
}
