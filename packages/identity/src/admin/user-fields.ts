import * as z from "zod";
import { badRequest } from "../errors.ts";
import { flag, metadata, readEmail, text, uuidPattern } from "../http/body.ts";
import { parseArgon2 } from "../password/argon2-format.ts";

/** What an administrator may set. Unknown fields are ignored. */
export const adminUserBody = z.object({
  id: text,
  role: text,
  email: text,
  phone: text,
  password: z.string().nullish(),
  password_hash: text,
  email_confirm: flag,
  user_metadata: metadata,
  app_metadata: metadata,
  ban_duration: text,
});

export type AdminUserFields = z.output<typeof adminUserBody> & { email: string };

/** @throws IdentityError 400 validation_failed */
export function checkedFields(body: z.output<typeof adminUserBody>): AdminUserFields {
  if (body.phone !== "") throw badRequest("phone_provider_disabled", "Phone numbers are not supported");
  if (body.password && body.password_hash) {
    throw badRequest("validation_failed", "Only a password or a password hash should be provided");
  }
  if (body.password_hash && !isReadableHash(body.password_hash)) {
    throw badRequest("validation_failed", "password_hash must be a bcrypt, argon2i, argon2id or Firebase scrypt hash");
  }
  if (body.id && !uuidPattern.test(body.id)) {
    throw badRequest("validation_failed", "ID must conform to the uuid v4 format");
  }
  if (/^[0-]+$/.test(body.id)) throw badRequest("validation_failed", "ID cannot be a nil uuid");
  return { ...body, email: body.email === "" ? "" : readEmail(body.email) };
}

function isReadableHash(hash: string): boolean {
  const isBcrypt = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash);
  return isBcrypt || hash.startsWith("$fbscrypt$v=1,") || parseArgon2(hash) !== undefined;
}

const unitMilliseconds: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads a duration as Go writes them, such as `24h` or `1h30m`; `none` lifts a ban.
 *
 * @returns when the ban ends, null for none, undefined when the field says nothing.
 * @throws IdentityError 400 validation_failed
 */
export function banEnd(duration: string, now: Date): Date | null | undefined {
  if (duration === "") return undefined;
  if (duration === "none" || duration === "0") return null;
  const invalid = () => badRequest("validation_failed", `invalid format for ban duration: "${duration}"`);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(duration)) throw invalid();
  let length = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    length += Number(count) * (unitMilliseconds[unit as string] as number);
  }
  const end = new Date(now.getTime() + length);
  // Beyond this year neither JavaScript nor a JSON date of the usual form can say it.
  if (Number.isNaN(end.getTime()) || end.getUTCFullYear() > 9999) throw invalid();
  return length === 0 ? null : end;
}
