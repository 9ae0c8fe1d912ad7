import { statement } from "../../../platform/database/statement.ts";

/** Who asked, for the audit log. */
type Asked = [actorId: string | null, ip: string | null, requestId: string | null];

interface Batch {
  items: number;
  folders: string[] | null;
}

/** Up to `$2` items go to the trash. */
export const trashBatch = statement<[rewindId: string, atMost: number, ...Asked], Batch>(
  `with batch as (
     delete from holdfast.rewind_items i using (
       select step, depth, file_id from holdfast.rewind_items where rewind_id = $1 and step = 1 order by depth, file_id limit $2
     ) n where i.rewind_id = $1 and i.step = 1 and i.depth = n.depth and i.file_id = n.file_id returning i.file_id
   ), done as (
     update holdfast.files f set trashed_at = now(), trashed_by = null, revision = f.revision + 1 from batch b
     where f.id = b.file_id and f.trashed_at is null and f.purged_at is null returning f.id, f.parent_id, f.name
   ), noted as (
     insert into holdfast.audit_log (id, actor_id, action, target_id, ip, request_id, detail)
     select holdfast.uuid7(), $3, 'file.rewind', id, $4, $5, jsonb_build_object('rewindId', $1::uuid, 'what', 'trashed', 'name', name) from done
   )
   select (select count(*)::int from batch) as items, (select array_agg(distinct parent_id) from done) as folders`,
);

/**
 * Up to `$2` files get their version of then on top of what they have; the former ones stay. Answers what there was to do, and which of it was
 * done, what it takes of the space, and the names of what could not be done because its version is gone.
 */
export const contentsBatch = statement<
  [rewindId: string, atMost: number, ...Asked],
  Batch & { bytes: number; failed: { fileId: string; name: string; what: "contents" }[] | null }
>(
  `with batch as materialized (
     delete from holdfast.rewind_items i using (
       select step, depth, file_id from holdfast.rewind_items where rewind_id = $1 and step = 4 order by depth, file_id limit $2
     ) n where i.rewind_id = $1 and i.step = 4 and i.depth = n.depth and i.file_id = n.file_id returning i.file_id, i.version_id
   ), locked as materialized (
     select f.id, f.parent_id, f.name, f.version_id, f.content_id, f.file_size, f.file_type, f.last_modified, f.uploaded_at
     from holdfast.files f where f.id in (select file_id from batch) and f.purged_at is null order by f.id for update
   ), wanted as materialized (
     select l.id, v.content_id, v.file_size, v.file_type, v.last_modified
     from locked l join batch b on b.file_id = l.id join holdfast.file_versions v on v.id = b.version_id and v.file_id = l.id
   ), former as (
     insert into holdfast.file_versions (id, file_id, content_id, file_size, file_type, last_modified, created_at, created_by)
     select l.version_id, l.id, l.content_id, l.file_size, l.file_type, l.last_modified, l.uploaded_at, $3
     from locked l join wanted w on w.id = l.id
   ), done as (
     update holdfast.files f set content_id = w.content_id, version_id = holdfast.uuid7(), file_size = w.file_size, file_type = w.file_type,
       last_modified = w.last_modified, uploaded_at = now(), revision = f.revision + 1
     from wanted w where f.id = w.id returning f.id, f.parent_id, f.name, f.file_size
   ), noted as (
     insert into holdfast.audit_log (id, actor_id, action, target_id, ip, request_id, detail)
     select holdfast.uuid7(), $3, 'file.rewind', id, $4, $5, jsonb_build_object('rewindId', $1::uuid, 'what', 'contents', 'name', name) from done
   )
   select (select count(*)::int from batch) as items, (select array_agg(distinct parent_id) from done) as folders,
     (select coalesce(sum(file_size), 0)::bigint from done) as bytes,
     (select jsonb_agg(jsonb_build_object('fileId', l.id, 'name', l.name, 'what', 'contents')) from locked l
      where not exists (select from wanted w where w.id = l.id)) as failed`,
);

export interface Item {
  file_id: string;
  parent_id: string;
  name: string;
  live: boolean;
}

/** Up to `$3` items that go to their places, the rows locked: of folders, those of one depth, the outermost. */
export const lockPlaceBatch = statement<[rewindId: string, step: number, atMost: number], { file_id: string }>(
  `with batch as (
     select i.file_id from holdfast.rewind_items i where i.rewind_id = $1 and i.step = $2
       and i.depth = (select min(depth) from holdfast.rewind_items where rewind_id = $1 and step = $2) order by i.file_id limit $3
   ), locked as (
     select f.id from holdfast.files f where f.id in (select file_id from batch) order by f.id for update
   )
   select file_id from batch where (select count(*) from locked) >= 0`,
);

/**
 * Of these, those go to their places whose folder is there and whose name is free in it. A place that another of them leaves in this statement is not
 * free yet.
 */
export const place = statement<
  [rewindId: string, step: number, ids: readonly string[]],
  { id: string; parent_id: string; former_id: string | null; name: string }
>(
  `with wanted as (
     select i.file_id, i.parent_id, i.name, i.live, o.parent_id as former_id
     from holdfast.rewind_items i join holdfast.files o on o.id = i.file_id
     where i.rewind_id = $1 and i.step = $2 and i.file_id = any($3::uuid[])
   )
   update holdfast.files f set parent_id = w.parent_id, name = w.name, trashed_at = case when w.live then null else f.trashed_at end,
     revision = f.revision + 1
   from wanted w join holdfast.files p on p.id = w.parent_id
   where f.id = w.file_id and f.purged_at is null and p.kind = 'folder' and p.space_id = f.space_id and holdfast.standing(p.id) <> 'gone'
     and (f.kind = 'file' or p.id <> f.id and not exists (select from holdfast.ancestors(p.id) a where a.id = f.id))
     and (not w.live or not exists (
       select from holdfast.files x where x.parent_id = w.parent_id and x.name collate "C" = w.name and x.id <> f.id
         and x.trashed_at is null and x.purged_at is null))
   returning f.id, f.parent_id, w.former_id, f.name`,
  { notNull: ["parent_id"] },
);

/** What there is of an item, and whether its folder of then is there. */
export const findItem = statement<
  [rewindId: string, step: number, fileId: string],
  Item & { kind: "file" | "folder"; is_trashed: boolean; has_folder: boolean }
>(
  `select i.file_id, i.parent_id, i.name, i.live, f.kind, f.trashed_at is not null as is_trashed,
     p.id is not null and p.kind = 'folder' and holdfast.standing(p.id) <> 'gone'
       and (f.kind = 'file' or p.id <> f.id and not exists (select from holdfast.ancestors(p.id) a where a.id = f.id)) as has_folder
   from holdfast.rewind_items i join holdfast.files f on f.id = i.file_id left join holdfast.files p on p.id = i.parent_id
   where i.rewind_id = $1 and i.step = $2 and i.file_id = $3 and f.purged_at is null`,
  { notNull: ["parent_id", "name", "is_trashed", "has_folder"] },
);

/** What has a name in a folder, and whether its own turn to move comes yet. */
export const findInTheWay = statement<
  [rewindId: string, fileId: string, parentId: string, name: string],
  { id: string; moves: boolean }
>(
  `select x.id, exists (select from holdfast.rewind_items i where i.file_id = x.id and i.rewind_id = $1 and i.step in (2, 3)) as moves
   from holdfast.files x where x.parent_id = $3 and x.name collate "C" = $4 and x.id <> $2 and x.trashed_at is null and x.purged_at is null
   for update`,
  { notNull: ["moves"] },
);

export const rename = statement<[id: string, name: string]>(
  "update holdfast.files set name = $2, revision = revision + 1 where id = $1",
);

export const putAt = statement<[id: string, parentId: string, name: string]>(
  `update holdfast.files set parent_id = $2, name = $3, trashed_at = null, revision = revision + 1 where id = $1 and purged_at is null`,
);

export const deletePlaced = statement<[rewindId: string, step: number, ids: readonly string[]]>(
  "delete from holdfast.rewind_items where rewind_id = $1 and step = $2 and file_id = any($3::uuid[])",
);

export const notePlaced = statement<[rewindId: string, ids: readonly string[], names: readonly string[], ...Asked]>(
  `insert into holdfast.audit_log (id, actor_id, action, target_id, ip, request_id, detail)
   select holdfast.uuid7(), $4, 'file.rewind', p.id, $5, $6, jsonb_build_object('rewindId', $1::uuid, 'what', 'place', 'name', p.name)
   from unnest($2::uuid[], $3::text[]) p (id, name)`,
);
