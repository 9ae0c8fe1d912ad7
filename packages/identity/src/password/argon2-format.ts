export interface Argon2Hash {
  algorithm: "argon2id" | "argon2i";
  /** KiB. */
  memory: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
  tag: Buffer;
}

const pattern = /^\$(argon2id|argon2i)\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/**
 * Reads a PHC string. The bounds are Supabase Auth's (1 GiB, 20 passes, 16 lanes): beyond them a stored hash could be
 * used to exhaust the server. Undefined when it is something else.
 */
export function parseArgon2(stored: string): Argon2Hash | undefined {
  const match = pattern.exec(stored);
  if (match === null) return undefined;
  const [memory, passes, parallelism] = [Number(match[2]), Number(match[3]), Number(match[4])];
  const salt = Buffer.from(match[5] as string, "base64");
  const tag = Buffer.from(match[6] as string, "base64");
  const inBounds =
    memory <= 1_048_576 &&
    passes >= 1 &&
    passes <= 20 &&
    parallelism >= 1 &&
    parallelism <= 16 &&
    memory >= 8 * parallelism &&
    salt.length >= 8 &&
    tag.length >= 4;
  return inBounds
    ? { algorithm: match[1] as Argon2Hash["algorithm"], memory, passes, parallelism, salt, tag }
    : undefined;
}

export function formatArgon2(hash: Argon2Hash): string {
  const unpadded = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  const cost = `m=${hash.memory},t=${hash.passes},p=${hash.parallelism}`;
  return `$${hash.algorithm}$v=19$${cost}$${unpadded(hash.salt)}$${unpadded(hash.tag)}`;
}
