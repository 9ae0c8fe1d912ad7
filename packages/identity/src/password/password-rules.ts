import { randomInt } from "node:crypto";
import type { IdentityConfig } from "../config.ts";
import { badRequest, IdentityError, type WeakPasswordReason } from "../errors.ts";
import type { Identity } from "../service.ts";

/** Supabase Auth hashes with bcrypt, which sees no further; a longer password could not move there. */
const maxPasswordBytes = 72;

/** @throws IdentityError 422 weak_password with reasons, 400 validation_failed when it is too long. */
export async function checkPasswordStrength(
  { config, knownPasswords }: Pick<Identity, "config" | "knownPasswords">,
  password: string,
): Promise<void> {
  if (Buffer.byteLength(password) > maxPasswordBytes) {
    throw badRequest("validation_failed", `Password cannot be longer than ${maxPasswordBytes} characters`);
  }
  const weak = weakness(config, password);
  if (weak) throw new IdentityError(422, "weak_password", weak.message, { reasons: weak.reasons });
  if (await knownPasswords?.isKnown(password)) {
    const message = "Password is known to be weak and easy to guess, please choose a different one.";
    throw new IdentityError(422, "weak_password", message, { reasons: ["pwned"] });
  }
}

export function weakness(
  config: IdentityConfig,
  password: string,
): { message: string; reasons: WeakPasswordReason[] } | undefined {
  const reasons: WeakPasswordReason[] = [];
  const messages: string[] = [];
  if (password.length < config.passwordMinLength) {
    reasons.push("length");
    messages.push(`Password should be at least ${config.passwordMinLength} characters.`);
  }
  const sets = config.passwordRequiredCharacters;
  if (sets.some((set) => ![...set].some((character) => password.includes(character)))) {
    reasons.push("characters");
    messages.push(`Password should contain at least one character of each: ${sets.join(", ")}.`);
  }
  return reasons.length > 0 ? { message: messages.join(" "), reasons } : undefined;
}

const alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.!";

/** For accounts whose owner has not chosen one yet: nobody is told it. */
export function unguessablePassword(): string {
  return Array.from({ length: 64 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
