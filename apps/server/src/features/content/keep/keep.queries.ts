import { statement } from "../../../platform/database/statement.ts";

export const findContent = statement<[id: string], { size: number; sha256: Buffer | null; crc32: number | null }>(
  "select size, sha256, crc32 from holdfast.contents where id = $1",
);

export const setHash = statement<[id: string, sha256: Buffer, crc32: number]>(
  "update holdfast.contents set sha256 = $2, crc32 = $3 where id = $1",
);

/** Contents after `$1` that neither a file nor a version has. */
export const findUnreferenced = statement<[after: string | null], { id: string }>(
  `select id from holdfast.contents c where ($1::uuid is null or id > $1) and created_at < now() - interval '1 hour'
     and not exists (select from holdfast.files f where f.content_id = c.id)
     and not exists (select from holdfast.file_versions v where v.content_id = c.id)
   order by id limit 500`,
);

/** Those of the contents that nothing refers to. Their segments' grace begins now. */
export const dropContents = statement<[ids: readonly string[]]>(
  `with orphans as (
     select id from holdfast.contents c where id = any($1::uuid[])
       and not exists (select from holdfast.files f where f.content_id = c.id)
       and not exists (select from holdfast.file_versions v where v.content_id = c.id)
     for update
   ), touched as (
     update holdfast.segments s set touched_at = now()
     where s.sha256 in (select cs.sha256 from holdfast.content_segments cs join orphans o on o.id = cs.content_id)
   )
   delete from holdfast.contents c using orphans o where c.id = o.id`,
);

/** Up to `$2` segments that nothing refers to and that were not touched for `$1` seconds, by the clock that touches them. */
export const deleteSegments = statement<[graceSeconds: number, atMost: number], { sha256: Buffer }>(
  `delete from holdfast.segments s where sha256 in (
     select sha256 from holdfast.segments s where touched_at < now() - make_interval(secs => $1)
       and not exists (select from holdfast.content_segments c where c.sha256 = s.sha256)
       and not exists (select from holdfast.upload_segments u where u.sha256 = s.sha256)
     order by touched_at limit $2 for update skip locked
   ) returning sha256`,
);

export const isBackupRunning = statement<[], { running: boolean }>(
  "select exists (select from holdfast.backups where status = 'running') as running",
);
