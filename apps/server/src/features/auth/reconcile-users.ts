import { type Database, execute, type Tx } from "../../platform/database/database.ts";

export interface Reconciled {
  /** Accounts that were added or brought up to date. */
  changed: number;
  /** Accounts that the identity service does not have any more, now marked as deleted. */
  deleted: number;
  /** So many were missing at once that they were not believed to be gone; 0 otherwise. */
  doubted: number;
}

/**
 * Brings `holdfast.users` in line with `auth.users`, for where the trigger that mirrors each change could not be made, or was away for a
 * while: roles from `app_metadata`, addresses, bans, deletions. Whoever is marked as deleted loses their files a day later, so more than a
 * quarter of all people missing at once is taken for an accident (an empty or wrong identity database) and changes nothing.
 */
export async function reconcileUsers(db: Database): Promise<Reconciled> {
  return db.transaction(async (tx) => {
    const changed = await execute(tx, upsert);
    const { missing, all } = await countMissing(tx);
    if (missing === 0) return { changed: changed.length, deleted: 0, doubted: 0 };
    if (missing > Math.max(1, all / 4)) return { changed: changed.length, deleted: 0, doubted: missing };
    await execute(tx, `update holdfast.users u set deleted_at = now(), updated_at = now() where ${gone}`);
    return { changed: changed.length, deleted: missing, doubted: 0 };
  });
}

const gone = "u.deleted_at is null and not exists (select from auth.users a where a.id = u.id)";

async function countMissing(tx: Tx): Promise<{ missing: number; all: number }> {
  const [row] = await execute<{ missing: number; all: number }>(
    tx,
    `select count(*) filter (where ${gone})::int as missing, count(*) filter (where u.deleted_at is null)::int as all
     from holdfast.users u`,
  );
  return row ?? { missing: 0, all: 0 };
}

/** As the trigger `holdfast.mirror_user` does it. */
const upsert = `
  insert into holdfast.users as u (id, email, role, disabled_until, deleted_at, last_sign_in_at, created_at)
  select id, coalesce(email, ''), case when raw_app_meta_data ->> 'role' = 'admin' then 'admin' else 'user' end,
    banned_until, deleted_at, last_sign_in_at, coalesce(created_at, now())
  from auth.users
  on conflict (id) do update set email = excluded.email, role = excluded.role, disabled_until = excluded.disabled_until,
    deleted_at = excluded.deleted_at, last_sign_in_at = excluded.last_sign_in_at, updated_at = now()
  where (u.email, u.role, u.disabled_until, u.deleted_at, u.last_sign_in_at)
    is distinct from (excluded.email, excluded.role, excluded.disabled_until, excluded.deleted_at, excluded.last_sign_in_at)
  returning 1`;
