import { statement } from "../../../platform/database/statement.ts";

const gone = "u.deleted_at is null and not exists (select from auth.users a where a.id = u.id)";

/** As the trigger `holdfast.mirror_user` does it. One row for each user that was added or changed. */
export const mirrorUsers = statement<[], { id: string }>(`
  insert into holdfast.users as u (id, email, role, disabled_until, deleted_at, last_sign_in_at, created_at)
  select id, coalesce(email, ''), case when raw_app_meta_data ->> 'role' = 'admin' then 'admin' else 'user' end,
    banned_until, deleted_at, last_sign_in_at, coalesce(created_at, now())
  from auth.users
  on conflict (id) do update set email = excluded.email, role = excluded.role, disabled_until = excluded.disabled_until,
    deleted_at = excluded.deleted_at, last_sign_in_at = excluded.last_sign_in_at, updated_at = now()
  where (u.email, u.role, u.disabled_until, u.deleted_at, u.last_sign_in_at)
    is distinct from (excluded.email, excluded.role, excluded.disabled_until, excluded.deleted_at, excluded.last_sign_in_at)
  returning u.id`);

/** How many users the identity service does not have any more, and how many there are. */
export const countMissingUsers = statement<[], { missing: number; all: number }>(
  `select count(*) filter (where ${gone})::int as missing, count(*) filter (where u.deleted_at is null)::int as all
   from holdfast.users u`,
);

export const markMissingUsersDeleted = statement(
  `update holdfast.users u set deleted_at = now(), updated_at = now() where ${gone}`,
);
