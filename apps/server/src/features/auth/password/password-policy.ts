import { ProblemError } from "../../../platform/http/problem.ts";

/** bcrypt, which a real Supabase hashes with, reads no further. */
const MAX_BYTES = 72;

/** The rule that both kinds of identity service get. @throws ProblemError weak_password */
export function requireStrongPassword(password: string, minLength: number): void {
  if ([...password].length < minLength) {
    throw new ProblemError("weak_password", `The password must have at least ${minLength} characters.`);
  }
  if (Buffer.byteLength(password) > MAX_BYTES) {
    throw new ProblemError("weak_password", `The password must not be longer than ${MAX_BYTES} bytes.`);
  }
}
