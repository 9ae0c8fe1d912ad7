import { hash, randomBytes } from "node:crypto";
import type { Tx } from "../../../platform/database/database.ts";
import {
  deleteRecoveryCodes,
  findUnusedRecoveryCodes,
  insertRecoveryCodes,
  markRecoveryCodeUsed,
} from "./second-factor.queries.ts";

const COUNT = 10;
const BYTES = 10;
/** Crockford's base 32: no letter that is taken for another. */
const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ten new codes in the place of all that there were. @returns their text, such as `8m2k-w0qz-7d4e-x9ta` */
export async function replaceRecoveryCodes(tx: Tx, userId: string, now: Date): Promise<string[]> {
  const codes = Array.from({ length: COUNT }, newCode);
  await deleteRecoveryCodes.all(tx, userId);
  const hashes = codes.map((code) => hashOf(userId, code));
  await insertRecoveryCodes.all(tx, userId, hashes, now);
  return codes;
}

/** Uses a code up. @returns how many are left; null where there is no such unused one */
export async function spendRecoveryCode(tx: Tx, userId: string, code: string, now: Date): Promise<number | null> {
  const spent = await markRecoveryCodeUsed.count(tx, userId, hashOf(userId, code), now);
  return spent === 0 ? null : findUnusedRecoveryCodes.count(tx, userId);
}

/** 80 random bits. */
function newCode(): string {
  let rest = BigInt(`0x${randomBytes(BYTES).toString("hex")}`);
  let text = "";
  for (let i = 0; i < 16; i++) {
    text += letters[Number(rest % 32n)];
    rest /= 32n;
  }
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/** Typed with or without dashes and spaces, in either case, and with the letters that are taken for digits. */
function hashOf(userId: string, code: string): Buffer {
  const plain = code
    .toLowerCase()
    .replace(/[^0-9a-z]/g, "")
    .replace(/o/g, "0")
    .replace(/[il]/g, "1");
  return hash("sha256", `${userId}\n${plain}`, "buffer");
}
