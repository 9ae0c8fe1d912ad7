/** One table of the move. Tables are copied in this order, because later ones refer to earlier ones. */
export interface MovedTable {
  readonly name: string;
  readonly key: string;
  /** Only where both services sign with the same keys do these mean anything on the other side. */
  readonly sessions?: true;
  /** An older Supabase has no such table: nothing is missed where this side has no rows in it either. */
  readonly recent?: true;
  /** What Supabase's own service cannot do without, put in where it is missing. SQL expressions over the source's row. */
  readonly defaults?: Readonly<Record<string, string>>;
}

/** Supabase's service fails on NULL in these ("Database error querying schema"). */
const neverNull = [
  "confirmation_token",
  "recovery_token",
  "email_change_token_new",
  "email_change",
  "email_change_token_current",
  "phone_change",
  "phone_change_token",
  "reauthentication_token",
];

export const movedTables: readonly MovedTable[] = [
  {
    name: "users",
    key: "id",
    defaults: {
      ...Object.fromEntries(neverNull.map((column) => [column, `coalesce(${column}, '')`])),
      // Its look-ups filter on these three.
      instance_id: "coalesce(instance_id, '00000000-0000-0000-0000-000000000000')",
      aud: "coalesce(nullif(aud, ''), 'authenticated')",
      role: "coalesce(nullif(role, ''), 'authenticated')",
      email: "lower(email)",
      phone: "nullif(phone, '')",
    },
  },
  { name: "identities", key: "id" },
  { name: "mfa_factors", key: "id" },
  { name: "webauthn_credentials", key: "id", recent: true },
  { name: "sessions", key: "id", sessions: true },
  { name: "mfa_amr_claims", key: "id", sessions: true },
  { name: "refresh_tokens", key: "id", sessions: true },
  { name: "one_time_tokens", key: "id" },
  { name: "audit_log_entries", key: "id" },
];

/** Begun and not finished, or each service's own: they stay where they are, and nobody misses them. */
export const leftBehind = new Set([
  "schema_migrations",
  "flow_state",
  "mfa_challenges",
  "webauthn_challenges",
  "oauth_client_states",
  "instances",
]);
