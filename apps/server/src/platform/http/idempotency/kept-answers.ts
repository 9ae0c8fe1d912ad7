import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { ProblemError } from "../problem.ts";

/** What seals answers and hashes requests: both may hold secrets, and neither can be read or guessed from the database alone. */
export interface AnswerKey {
  readonly sealing: Buffer;
  readonly hashing: Buffer;
}

/** @param secret of the installation, the same on every node */
export function answerKeyOf(secret: Uint8Array): AnswerKey {
  const derive = (use: string) => Buffer.from(hkdfSync("sha256", secret, "", `holdfast kept answers: ${use}`, 32));
  return { sealing: derive("seal"), hashing: derive("hash") };
}

/** Nonce (12), tag (16), ciphertext; AES-256-GCM, bound to the name that it is kept under. */
export function sealAnswer({ sealing }: AnswerKey, name: string, answer: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealing, nonce).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(answer, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** @throws ProblemError conflict where the installation's secret is another one now */
export function unsealAnswer({ sealing }: AnswerKey, name: string, sealed: Buffer): string {
  const cipher = createDecipheriv("aes-256-gcm", sealing, sealed.subarray(0, 12)).setAAD(Buffer.from(name));
  try {
    cipher.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([cipher.update(sealed.subarray(28)), cipher.final()]).toString("utf8");
  } catch (cause) {
    throw new ProblemError(
      "conflict",
      "This request was done before, but its answer cannot be read any more, because the server's keys have changed. Look among what is there.",
      { cause },
    );
  }
}

export function hashRequest({ hashing }: AnswerKey, request: unknown): Buffer {
  return createHmac("sha256", hashing).update(JSON.stringify(request)).digest();
}

/** A UUID that nobody without the key can foresee, and that is the same whenever the request is sent. */
export function idOf({ hashing }: AnswerKey, userId: string, key: string, requestHash: Buffer): string {
  const mac = createHmac("sha256", hashing).update(`id\n${userId}\n${key}\n`).update(requestHash).digest();
  mac[6] = ((mac[6] as number) & 0x0f) | 0x40;
  mac[8] = ((mac[8] as number) & 0x3f) | 0x80;
  const hex = mac.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
