import { hash, randomBytes } from "node:crypto";
import { execute, type Queryable, type Tx } from "../../../platform/database/database.ts";

const COUNT = 10;
const BYTES = 10;
/** Crockford's base 32: no letter that is taken for another. */
const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ten new codes in the place of all that there were. @returns their text, such as `8m2k-w0qz-7d4e-x9ta` */
export async function replaceRecoveryCodes(tx: Tx, userId: string, now: Date): Promise<string[]> {
  const codes = Array.from({ length: COUNT }, newCode);
  await deleteRecoveryCodes(tx, userId);
  await execute(
    tx,
    "insert into holdfast.recovery_codes (user_id, code_hash, created_at) select $1, unnest($2::bytea[]), $3",
    [userId, codes.map((code) => hashOf(userId, code)), now],
  );
  return codes;
}

/** Uses a code up. @returns how many are left; null where there is no such unused one */
export async function spendRecoveryCode(tx: Tx, userId: string, code: string, now: Date): Promise<number | null> {
  const spent = await execute(
    tx,
    "update holdfast.recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null returning 1",
    [userId, hashOf(userId, code), now],
  );
  return spent.length === 0 ? null : countRecoveryCodes(tx, userId);
}

export async function countRecoveryCodes(db: Queryable, userId: string): Promise<number> {
  const rows = await execute(db, "select from holdfast.recovery_codes where user_id = $1 and used_at is null", [
    userId,
  ]);
  return rows.length;
}

export async function deleteRecoveryCodes(db: Queryable, userId: string): Promise<void> {
  await execute(db, "delete from holdfast.recovery_codes where user_id = $1", [userId]);
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
