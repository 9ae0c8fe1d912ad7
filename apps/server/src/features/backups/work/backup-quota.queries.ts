import { statement } from "../../../platform/database/statement.ts";

type Use = { quota_bytes: number | null; used: number };

/** By target what was added and is not pruned, at least what the largest backup there holds. */
export const findBackupUse = statement<[userId: string, besides: string | null], Use>(
  `select s.quota_bytes, coalesce((
     select sum(greatest(b.added, b.largest)) from (
       select sum(bytes_added) as added, max(case when status = 'completed' then bytes_total else 0 end) as largest
       from holdfast.backups
       where user_id = s.id and scope <> 'instance' and deleted_at is null and id is distinct from $2::uuid group by target_id
     ) b), 0)::bigint as used
   from holdfast.spaces s where s.id = $1`,
);
