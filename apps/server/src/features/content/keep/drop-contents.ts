import { execute, type Tx } from "../../../platform/database/database.ts";

/**
 * Drops those of the contents that nothing refers to any more. Their segments' grace begins now: a backup or an upload that is under
 * way may still need them.
 */
export async function dropContents(tx: Tx, contentIds: readonly string[]): Promise<void> {
  await execute(
    tx,
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
    [contentIds],
  );
}
