import type { ErrorCode } from "@holdfast/contract";
import { isAuthError, isAuthRetryableFetchError, isAuthSessionMissingError } from "@supabase/auth-js";
import { ProblemError } from "../../../platform/http/problem.ts";

/** What Supabase Auth says, in our words. A null sentence keeps the service's own. */
const known: Record<string, [ErrorCode, string | null]> = {
  invalid_credentials: ["invalid_credentials", "The email address or the password is wrong."],
  email_not_confirmed: ["email_not_confirmed", "Open the link in the mail that was sent to you, then sign in."],
  user_banned: ["user_disabled", "This account is disabled. Ask an administrator."],
  signup_disabled: ["signup_closed", "New accounts are made by an administrator here."],
  user_already_exists: ["email_taken", "There is an account with this email address already."],
  email_exists: ["email_taken", "There is an account with this email address already."],
  weak_password: ["weak_password", null],
  same_password: ["weak_password", "The new password must be another one than the present one."],
  refresh_token_not_found: ["session_ended", "The session has ended. Sign in again."],
  refresh_token_already_used: ["session_ended", "The session has ended. Sign in again."],
  session_not_found: ["session_ended", "The session has ended. Sign in again."],
  session_expired: ["session_ended", "The session has ended. Sign in again."],
  bad_jwt: ["session_ended", "The session has ended. Sign in again."],
  user_not_found: ["not_found", "There is nothing here, or you may not see it."],
  insufficient_aal: ["mfa_required", "This needs your second factor."],
  mfa_verification_failed: [
    "mfa_code_wrong",
    "The code is wrong, or was used before. Wait for the next one and try it.",
  ],
  mfa_challenge_expired: ["mfa_code_wrong", "The code came too late. Try the present one."],
  mfa_factor_not_found: ["not_found", "There is nothing here, or you may not see it."],
  mfa_factor_name_conflict: ["conflict", "There is an authenticator with this name already. Choose another name."],
  too_many_enrolled_mfa_factors: ["conflict", "There are too many authenticators already. Remove one first."],
  webauthn_challenge_not_found: ["passkey_challenge_expired", "This took too long, or was done already. Start again."],
  webauthn_challenge_expired: ["passkey_challenge_expired", "This took too long. Start again."],
  webauthn_verification_failed: [
    "passkey_refused",
    "The passkey was not accepted. It may have been removed from the account, or made for another address of this server.",
  ],
  webauthn_credential_exists: ["conflict", "This passkey belongs to an account already."],
  too_many_passkeys: ["conflict", "There are too many passkeys already. Remove one first."],
  flow_state_not_found: ["link_expired", "This sign-in was finished or took too long. Start again."],
  flow_state_expired: ["link_expired", "This sign-in was finished or took too long. Start again."],
  bad_code_verifier: ["link_expired", "This sign-in was begun in another browser. Start again."],
  otp_expired: ["link_expired", "This link has expired or was used before. Ask for a new one."],
  reauthentication_needed: ["forbidden", "Sign in again, then change the password."],
  email_address_invalid: ["invalid_request", null],
  email_address_not_authorized: ["invalid_request", null],
  validation_failed: ["invalid_request", null],
};

const busy = new Set(["conflict", "request_timeout"]);

/** Too many passwords wait to be hashed: nobody looked at what was sent, and it counts for nothing. */
export function serverBusy(cause: unknown): ProblemError {
  return new ProblemError(
    "server_busy",
    "The server is checking many passwords at this moment. Try again in a few seconds.",
    { cause, headers: { "retry-after": "3" } },
  );
}

/** @returns what to tell the client of a failed call to the identity service; anything else as it is */
export function fromIdentity(error: unknown): unknown {
  if (!isAuthError(error)) return error;
  if (isAuthSessionMissingError(error))
    return new ProblemError("session_ended", "The session has ended. Sign in again.");
  const { code = "", status = 0 } = error;
  if (code === "server_busy") return serverBusy(error);
  const entry = known[code];
  if (entry) return new ProblemError(entry[0], entry[1] ?? error.message, { cause: error });
  if (status === 429) {
    return new ProblemError("rate_limited", "Too many attempts. Wait a minute, then try again.", {
      headers: { "retry-after": "60" },
      cause: error,
    });
  }
  if (status >= 400 && status < 500 && !busy.has(code) && !isAuthRetryableFetchError(error)) {
    return new ProblemError("invalid_request", error.message, { cause: error });
  }
  return new ProblemError("unavailable", "Sign-in cannot be reached right now. Try again in a moment.", {
    cause: error,
    headers: { "retry-after": "2" },
  });
}
