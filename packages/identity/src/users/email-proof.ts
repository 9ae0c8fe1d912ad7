import type { UserRecord } from "./users.records.ts";

/** How it is known that a mailbox belongs to the person of an account. */
export type EmailProof =
  /** A link or code that was mailed came back. */
  | "mail"
  /** An administrator said so. */
  | "admin"
  /** An OpenID provider vouches for it. */
  | "provider";

/**
 * Who vouches for an address of an account; null: it was only typed in, where accounts confirm themselves. `email_confirmed_at` does not say,
 * and neither does anything that a person can write: it lies with the identities.
 */
export function emailProof(user: Pick<UserRecord, "identities">, email: string | null): EmailProof | null {
  const proved = user.identities.filter(
    (each) => each.email === email?.toLowerCase() && each.identity_data.email_verified === true,
  );
  const own = proved.find(({ provider }) => provider === "email");
  if (own) return own.identity_data.email_proof === "admin" ? "admin" : "mail";
  return proved.length > 0 ? "provider" : null;
}

/** A confirmed account whose address is only claimed. */
export const onlyClaims = (user: UserRecord, email: string) =>
  user.email?.toLowerCase() === email && user.email_confirmed_at !== null && emailProof(user, email) === null;
