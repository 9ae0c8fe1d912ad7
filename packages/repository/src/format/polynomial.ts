import { randomBytes } from "node:crypto";

const DEGREE = 53;

/**
 * A random irreducible polynomial of degree 53 over GF(2), as 14 hexadecimal digits: every repository's config names one, because restic
 * cuts files with it and refuses a config without.
 */
export function randomPolynomial(): string {
  for (;;) {
    const random = BigInt(`0x${randomBytes(8).toString("hex")}`) & ((1n << BigInt(DEGREE)) - 1n);
    const candidate = random | (1n << BigInt(DEGREE)) | 1n;
    if (isIrreducible(candidate)) return candidate.toString(16);
  }
}

/** For a prime degree p: f is irreducible when it has no root and x^(2^p) = x modulo f. */
function isIrreducible(f: bigint): boolean {
  const rootAtOne = (f.toString(2).match(/1/g)?.length ?? 0) % 2 === 0;
  if (rootAtOne) return false;
  let power = 2n;
  for (let i = 0; i < DEGREE; i++) power = square(power, f);
  return power === 2n;
}

function square(a: bigint, f: bigint): bigint {
  let spread = 0n;
  for (let bit = 0n, rest = a; rest > 0n; bit += 2n, rest >>= 1n) {
    if (rest & 1n) spread |= 1n << bit;
  }
  for (let bit = spread.toString(2).length - 1; bit >= DEGREE; bit--) {
    if ((spread >> BigInt(bit)) & 1n) spread ^= f << BigInt(bit - DEGREE);
  }
  return spread;
}
