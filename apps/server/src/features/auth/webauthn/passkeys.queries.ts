import { statement } from "../../../platform/database/statement.ts";

/** Whether there is one that counts as a second factor; never where a Supabase answers. */
export const findPasskey = statement<[userId: string], { present: boolean }>(
  "select holdfast.has_passkey($1) as present",
  {
    notNull: ["present"],
  },
);

/** Whether the policy asks this user for a second factor. */
export const findSecondFactorWish = statement<[userId: string], { wanted: boolean }>(
  "select holdfast.wants_second_factor(role) as wanted from holdfast.users where id = $1",
  { notNull: ["wanted"] },
);

/** For where the embedded service answers: what a browser is told to look for. */
export const listCredentials = statement<[userId: string], { credential_id: Buffer; transports: unknown }>(
  "select credential_id, transports from auth.webauthn_credentials where user_id = $1 order by created_at, id",
);

/** For where the embedded service answers. */
export const findCredentialOwner = statement<[credentialId: Buffer], { id: string; email: string }>(
  `select u.id, u.email from auth.webauthn_credentials c join holdfast.users u on u.id = c.user_id
   where c.credential_id = $1`,
);
