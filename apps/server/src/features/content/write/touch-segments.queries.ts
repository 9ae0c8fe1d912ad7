import { statement } from "../../../platform/database/statement.ts";

/** Makes the rows that are missing, touches those that were not for an hour, and notes of those of another upload that they are not its alone. */
export const touchSegments = statement<[sha256: Buffer[], size: number[], broughtBy: (string | null)[]]>(
  `insert into holdfast.segments as s (sha256, size, brought_by) select * from unnest($1::bytea[], $2::int[], $3::uuid[])
   on conflict (sha256) do update set brought_by = case when s.brought_by = excluded.brought_by then s.brought_by end,
     touched_at = case when s.touched_at < now() - interval '1 hour' then now() else s.touched_at end
   where s.touched_at < now() - interval '1 hour' or s.brought_by is distinct from excluded.brought_by and s.brought_by is not null`,
);

/** Of an upload's segments those that are its alone and no part of anything. The rows stay locked while their objects go. */
export const releaseSegments = statement<[sha256: Buffer[], broughtBy: string], { sha256: Buffer }>(
  `delete from holdfast.segments s where sha256 in (
     select sha256 from holdfast.segments s where sha256 = any($1) and brought_by = $2
       and not exists (select from holdfast.content_segments c where c.sha256 = s.sha256)
       and not exists (select from holdfast.upload_segments u where u.sha256 = s.sha256)
     order by sha256 for update skip locked
   ) returning sha256`,
);
