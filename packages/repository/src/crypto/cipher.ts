import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  type Decipheriv,
  hash,
  randomFillSync,
  timingSafeEqual,
} from "node:crypto";
import { crypto_onetimeauth } from "sodium-native";
import { damaged } from "../errors.ts";

/** The keys that everything in a repository is sealed with. */
export interface MasterKey {
  /** 32 bytes: AES-256 in counter mode. */
  encrypt: Uint8Array;
  /** 16 bytes: the AES-128 key of Poly1305-AES. */
  macK: Uint8Array;
  /** 16 bytes: the Poly1305 key r. */
  macR: Uint8Array;
}

const IV_BYTES = 16;
const MAC_BYTES = 16;
/** Encrypted at once: the result is copied while it is in the processor's cache, and what is left for the collector is small. */
const PIECE = 64 * 1024;
/** What sealing adds to a plaintext: IV before it, MAC behind it. */
export const SEAL_BYTES = IV_BYTES + MAC_BYTES;

/** Seals and opens `IV || AES-256-CTR || Poly1305-AES`, as `doc/design.rst` of restic has it under "Keys, Encryption and MAC". */
export class Cipher {
  readonly #encrypt: Uint8Array;
  /** r, then AES_k(IV), renewed for every message. */
  readonly #oneTimeKey = Buffer.alloc(32);
  readonly #nonceCipher;
  readonly #mac = Buffer.alloc(MAC_BYTES);

  constructor(key: MasterKey) {
    this.#encrypt = key.encrypt;
    this.#oneTimeKey.set(key.macR, 0);
    this.#nonceCipher = createCipheriv("aes-128-ecb", key.macK, null).setAutoPadding(false);
  }

  /** Writes the sealed plaintext to `target` at `offset`; it takes `plaintext.length + SEAL_BYTES` bytes. Returns the offset behind it. */
  sealInto(target: Uint8Array, offset: number, plaintext: Uint8Array): number {
    const iv = randomFillSync(target.subarray(offset, offset + IV_BYTES));
    const end = offset + IV_BYTES + plaintext.length;
    inPieces(createCipheriv("aes-256-ctr", this.#encrypt, iv), plaintext, target, offset + IV_BYTES);
    this.#authenticate(iv, target.subarray(offset + IV_BYTES, end));
    target.set(this.#mac, end);
    return end + MAC_BYTES;
  }

  seal(plaintext: Uint8Array): Buffer {
    const sealed = Buffer.allocUnsafe(plaintext.length + SEAL_BYTES);
    this.sealInto(sealed, 0, plaintext);
    return sealed;
  }

  /** The plaintext. @throws RepositoryError "damaged" where a single bit of the sealed bytes is not as it was written. */
  open(sealed: Uint8Array): Buffer {
    const plaintext = Buffer.allocUnsafeSlow(Math.max(0, sealed.length - SEAL_BYTES));
    this.openInto(plaintext, 0, sealed);
    return plaintext;
  }

  /** As `open`, but writes the plaintext to `target` at `offset`; it takes `sealed.length - SEAL_BYTES` bytes. Returns the offset behind it. */
  openInto(target: Uint8Array, offset: number, sealed: Uint8Array): number {
    if (sealed.length < SEAL_BYTES) throw damaged("Sealed data is too short to be whole.");
    const iv = sealed.subarray(0, IV_BYTES);
    const encrypted = sealed.subarray(IV_BYTES, sealed.length - MAC_BYTES);
    this.#authenticate(iv, encrypted);
    if (!timingSafeEqual(this.#mac, sealed.subarray(sealed.length - MAC_BYTES))) {
      throw damaged("The seal of the data is broken: it was changed, or belongs to another repository.");
    }
    return inPieces(createDecipheriv("aes-256-ctr", this.#encrypt, iv), encrypted, target, offset);
  }

  #authenticate(iv: Uint8Array, encrypted: Uint8Array): void {
    this.#oneTimeKey.set(this.#nonceCipher.update(iv), 16);
    crypto_onetimeauth(this.#mac, encrypted, this.#oneTimeKey);
  }
}

/** Returns the offset behind what was written. */
function inPieces(stream: Cipheriv | Decipheriv, bytes: Uint8Array, target: Uint8Array, offset: number): number {
  for (let at = 0; at < bytes.length; at += PIECE) {
    target.set(stream.update(bytes.subarray(at, at + PIECE)), offset + at);
  }
  return offset + bytes.length;
}

export function sha256(bytes: Uint8Array): Buffer {
  return hash("sha256", bytes, "buffer");
}

export function sha256Hex(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}
