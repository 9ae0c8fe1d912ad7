import { fileTypeFromBuffer } from "file-type";

/** Below this the spread of bytes says nothing. */
const leastBytes = 256;
/**
 * Pearson's chi-squared of random bytes over 256 values is 255 with a deviation of 22.6: one head in 60,000 is above. Text has tens of thousands,
 * programs and documents thousands.
 */
const mostChiSquared = 350;

/**
 * Whether a file begins like noise: evenly spread bytes of no known format, as encrypted files do. What is compressed by nature (pictures, films,
 * archives, office documents) begins with a known signature.
 * @param head the first 4,100 bytes, or all where there are fewer
 * @returns null where it is too short to say
 */
export async function isNoise(head: Buffer): Promise<boolean | null> {
  if (head.length < leastBytes) return null;
  if (chiSquared(head) > mostChiSquared) return false;
  return (await fileTypeFromBuffer(head).catch(() => undefined)) === undefined;
}

function chiSquared(bytes: Buffer): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] as number) + 1;
  const expected = bytes.length / 256;
  let sum = 0;
  for (const count of counts) sum += (count - expected) ** 2;
  return sum / expected;
}
