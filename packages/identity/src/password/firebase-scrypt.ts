import { createCipheriv, scrypt, timingSafeEqual } from "node:crypto";

const pattern = /^\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})(?:,ss=([^,$]+))?(?:,sk=([^$]+))?\$([^$]+)\$(.+)$/;

/**
 * Firebase's scrypt variant, which people who came to Supabase from Firebase still have: the key that scrypt derives
 * encrypts the project's signer key (AES-256-CTR, zero counter), and the stored hash is that ciphertext. `n` is the
 * base-2 logarithm of the cost. Cost is bounded, since the string comes from a database that others may fill.
 */
export async function verifyFirebaseScrypt(password: string, stored: string): Promise<boolean> {
  const match = pattern.exec(stored);
  if (match === null) return false;
  const [logCost, blockSize, lanes] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (logCost < 1 || logCost > 17 || blockSize < 1 || blockSize > 16 || lanes < 1 || lanes > 4) return false;
  const [separator, signerKey, salt, expected] = [match[4], match[5], match[6], match[7]].map((part) =>
    Buffer.from(part ?? "", "base64"),
  ) as [Buffer, Buffer, Buffer, Buffer];

  const cost = 2 ** logCost;
  const key = await new Promise<Buffer>((resolve, reject) =>
    scrypt(
      password,
      Buffer.concat([salt, separator]),
      32,
      { N: cost, r: blockSize, p: lanes, maxmem: 256 * cost * blockSize + 1_048_576 },
      (error, derived) => (error ? reject(error) : resolve(derived)),
    ),
  );
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  const actual = Buffer.concat([cipher.update(signerKey), cipher.final()]);
  return expected.length > 0 && actual.length === expected.length && timingSafeEqual(actual, expected);
}
