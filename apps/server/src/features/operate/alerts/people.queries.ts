import { statement } from "../../../platform/database/statement.ts";

/** Administrators who can sign in. */
export const listAdmins = statement<[], { id: string; email: string }>(
  `select id, email from holdfast.users
   where role = 'admin' and deleted_at is null and coalesce(disabled_until > now(), false) = false order by created_at limit 50`,
);
