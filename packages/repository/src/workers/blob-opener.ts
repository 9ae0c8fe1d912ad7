import { type Cipher, SEAL_BYTES } from "../crypto/cipher.ts";
import { checkBlob } from "../format/blob.ts";
import { CIPHER, usedUp } from "./garbage.ts";
import { ReusedZstd } from "./reused-zstd.ts";

/** For all of a thread: a result is used up before the next is asked for. */
const zstd = ReusedZstd.decompressor();

/** Opens one blob after the other in memory that it uses again: a thread that goes through gigabytes leaves little to collect. */
export class BlobOpener {
  readonly #cipher: Cipher;
  #scratch = Buffer.alloc(0);

  constructor(cipher: Cipher) {
    this.#cipher = cipher;
  }

  /** The plaintext; valid until the thread opens the next one. @throws RepositoryError "damaged" where it is not the one that `id` names. */
  open(id: Uint8Array, sealed: Uint8Array, rawLength: number): Buffer {
    if (sealed.length > this.#scratch.length) this.#scratch = Buffer.allocUnsafeSlow(sealed.length);
    this.#cipher.openInto(this.#scratch, 0, sealed);
    usedUp(sealed.length, CIPHER);
    const opened = this.#scratch.subarray(0, sealed.length - SEAL_BYTES);
    return checkBlob(id, rawLength === 0 ? opened : zstd.decompress(opened, rawLength));
  }
}
