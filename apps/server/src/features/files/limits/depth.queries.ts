import { statement } from "../../../platform/database/statement.ts";

/** Moves of folders of one tree queue here until the transaction ends, and new folders wait for them. */
export const lockTree = statement<[spaceId: string], { pg_advisory_xact_lock: unknown }>(
  "select pg_advisory_xact_lock(hashtextextended('tree:' || $1, 0))",
);

interface Place {
  space_id: string;
  inside: boolean;
  live: boolean;
  /** Of the folder that something is put into. */
  depth: number;
  /** Of the folder that is put there, where it is now. */
  former: number;
  /** No folder of the target's space lies deeper. */
  deepest: number;
}

export const findPlace = statement<[parentId: string, folderId: string], Place>(
  `select f.space_id, holdfast.is_live_inside($1, $2) as inside, holdfast.is_live($1) as live, holdfast.depth_of($1) as depth,
     holdfast.depth_of($2) as former, s.deepest
   from holdfast.files f join holdfast.spaces s on s.id = f.space_id where f.id = $1`,
);

/** Levels of folders below and including a folder, what lies in the trash as well, as far as its first `$2` entries say. */
export const measureLevels = statement<[folderId: string, atMost: number], { levels: number; entries: number }>(
  `with recursive tree as (
     select f.id, f.kind, 1 as level from holdfast.files f where f.id = $1
     union all
     select c.id, c.kind, tree.level + 1 from tree cross join lateral (
       select * from holdfast.files c where c.parent_id = tree.id and c.purged_at is null offset 0
     ) c where tree.kind = 'folder' and tree.level < 1000
   ), seen as (select kind, level from tree limit $2)
   select coalesce(max(level) filter (where kind = 'folder'), 0)::int as levels, count(*)::int as entries from seen`,
);

export const admitLevels = statement<[parentId: string, levels: number, atMost: number], { lowest: number }>(
  "select holdfast.admit_levels($1, $2, $3) as lowest",
);
