import { type Cipher, sha256 } from "../crypto/cipher.ts";
import { damaged } from "../errors.ts";
import { decompress } from "./compression.ts";
import { ID_BYTES } from "./ids.ts";

/**
 * The plaintext of a sealed blob.
 * @param rawLength Bytes of the plaintext where it is compressed, else 0.
 * @throws RepositoryError "damaged" where it is not the one that `id` names.
 */
export function openBlob(cipher: Cipher, id: Uint8Array, sealed: Uint8Array, rawLength: number): Buffer {
  const opened = cipher.open(sealed);
  return checkBlob(id, rawLength === 0 ? opened : decompress(opened, rawLength));
}

/** Returns what it was given. @throws RepositoryError "damaged" where `id` is not its hash. */
export function checkBlob(id: Uint8Array, plain: Buffer): Buffer {
  if (sha256(plain).compare(id, 0, ID_BYTES) !== 0) throw damaged("A blob does not have its id as hash.");
  return plain;
}
