import type { KnownPasswords } from "@holdfast/identity";
import { ProblemError } from "../../../platform/http/problem.ts";

/** The rule that both kinds of identity service get. @throws ProblemError weak_password */
export type RequireStrongPassword = (password: string) => Promise<void>;

/** bcrypt, which a real Supabase hashes with, reads no further. */
const MAX_BYTES = 72;

/** Long enough, and none that guessers try first; what it is made of is everybody's own choice (OWASP ASVS 5.0, 6.2). */
export function createPasswordPolicy(minLength: number, known: KnownPasswords): RequireStrongPassword {
  return async (password) => {
    if ([...password].length < minLength) {
      throw new ProblemError("weak_password", `The password must have at least ${minLength} characters.`);
    }
    if (Buffer.byteLength(password) > MAX_BYTES) {
      throw new ProblemError("weak_password", `The password must not be longer than ${MAX_BYTES} bytes.`);
    }
    if (await known.isKnown(password)) {
      throw new ProblemError(
        "weak_password",
        "Many people use this password, so it is guessed first. Choose another one.",
      );
    }
  };
}
