import { statement } from "../../../platform/database/statement.ts";

/**
 * What differs from the time, as a rewind's items. `before`: each place as it was then, of those that have changed since. `there`: those of them
 * that are still there. What came since goes to the trash once, by the outermost folder that came since.
 */
export const planItems = statement<[rewindId: string, spaceId: string, to: Date]>(
  `with before as materialized (
     select distinct on (p.file_id) p.file_id, p.parent_id, p.name, p.trashed_at, p.purged_at
     from holdfast.file_places p where p.space_id = $2 and p.changed_at > $3 order by p.file_id, p.id
   ), there as materialized (
     select f.id, f.kind, b.parent_id, b.name, b.trashed_at is null as was_live, b.purged_at is not null as was_gone,
       f.trashed_at is null as is_live, (b.parent_id, b.name) is distinct from (f.parent_id, f.name) as moved
     from before b join holdfast.files f on f.id = b.file_id
     where f.space_id = $2 and f.purged_at is null and f.parent_id is not null and (f.created_at is null or f.created_at <= $3)
   ), came as (
     select f.id from holdfast.files f join holdfast.files p on p.id = f.parent_id
     where f.space_id = $2 and f.created_at > $3 and f.trashed_at is null and f.purged_at is null
       and (p.created_at is null or p.created_at <= $3)
   ), old_contents as (
     select f.id, v.id as version_id from holdfast.files f cross join lateral (
       select v.id, v.content_id, v.file_type, v.last_modified from holdfast.file_versions v
       where v.file_id = f.id and v.created_at <= $3 order by v.created_at desc, v.id desc limit 1
     ) v
     where f.space_id = $2 and f.kind = 'file' and f.uploaded_at > $3 and f.purged_at is null and (f.created_at is null or f.created_at <= $3)
       and (v.content_id, v.file_type, v.last_modified) is distinct from (f.content_id, f.file_type, f.last_modified)
   )
   insert into holdfast.rewind_items (rewind_id, step, file_id, parent_id, name, live, version_id)
   select $1::uuid, 1, id, null::uuid, null::text, false, null::uuid from came
   union all
   select $1, 1, id, null, null, false, null from there where is_live and (not was_live or was_gone)
   union all
   select $1, case kind when 'folder' then 2 else 3 end, id, parent_id, name, was_live, null from there
   where not was_gone and (moved or (was_live and not is_live))
   union all
   select $1, 4, id, null, null, true, version_id from old_contents`,
);

export const setDepths = statement<[rewindId: string]>(
  `update holdfast.rewind_items set depth = holdfast.depth_in_rewind(rewind_id, file_id) where rewind_id = $1 and step = 2`,
);

export const countItems = statement<
  [rewindId: string],
  { contents: number; restored: number; moved: number; trashed: number; items: number }
>(
  `select (count(*) filter (where i.step = 4))::int as contents,
     (count(*) filter (where i.step in (2, 3) and i.live and f.trashed_at is not null))::int as restored,
     (count(*) filter (where i.step in (2, 3) and not (i.live and f.trashed_at is not null)))::int as moved,
     (count(*) filter (where i.step = 1))::int as trashed, count(*)::int as items
   from holdfast.rewind_items i join holdfast.files f on f.id = i.file_id where i.rewind_id = $1`,
);

export const sampleItems = statement<
  [rewindId: string, atMost: number],
  { file_id: string; name: string; step: number; restored: boolean }
>(
  `select i.file_id, coalesce(i.name, f.name) as name, i.step, i.live and f.trashed_at is not null as restored
   from holdfast.rewind_items i join holdfast.files f on f.id = i.file_id where i.rewind_id = $1
   order by i.step desc, i.depth, i.file_id limit $2`,
  { notNull: ["name", "restored"] },
);

/** What was there then, by itself, and was deleted for good since; what lay in such a folder goes with it uncounted. */
export const listLost = statement<
  [spaceId: string, to: Date, atMost: number],
  { file_id: string; name: string; lost: number }
>(
  `with before as (
     select distinct on (p.file_id) p.file_id, p.name, p.trashed_at, p.purged_at
     from holdfast.file_places p
     where p.space_id = $1 and p.changed_at > $2 and (p.created_at is null or p.created_at <= $2) order by p.file_id, p.id
   )
   select b.file_id, b.name, (count(*) over ())::int as lost from before b left join holdfast.files f on f.id = b.file_id
   where b.trashed_at is null and b.purged_at is null and (f.id is null or f.purged_at is not null) order by b.file_id limit $3`,
  { notNull: ["lost"] },
);

/** Files that were there then, and whose version of then is kept no longer. */
export const listWithoutVersion = statement<
  [spaceId: string, to: Date, atMost: number],
  { file_id: string; name: string; lost: number }
>(
  `select f.id as file_id, f.name, (count(*) over ())::int as lost from holdfast.files f
   where f.space_id = $1 and f.kind = 'file' and f.uploaded_at > $2 and f.purged_at is null and (f.created_at is null or f.created_at <= $2)
     and not exists (select from holdfast.file_versions v where v.file_id = f.id and v.created_at <= $2)
   order by f.id limit $3`,
  { notNull: ["lost"] },
);
