import { statement } from "../../platform/database/statement.ts";

export const addUsage = statement<[spaceId: string, bytes: number, entries: number, folders: number]>(
  "insert into holdfast.usage_entries (space_id, bytes, entries, folders) values ($1, $2, $3, $4)",
);

export const findQuota = statement<[spaceId: string], { quota: number | null }>(
  "select quota_bytes as quota from holdfast.spaces where id = $1",
);

export const findLimits = statement<[spaceId: string], { quota: number | null; entries: number; folders: number }>(
  `select quota_bytes as quota, holdfast.used_entries(id) as entries, holdfast.used_folders(id) as folders
   from holdfast.spaces where id = $1`,
);

/**
 * Not `for update`: every new row of the space holds a key share of its row, and two transactions that have inserted would wait for each other.
 */
export const lockQuota = statement<[spaceId: string]>("select from holdfast.spaces where id = $1 for no key update");

export const findSpaceName = statement<[spaceId: string], { kind: "personal" | "team"; name: string }>(
  `select s.kind, coalesce(s.name, u.display_name, u.email, 'a former user') as name
   from holdfast.spaces s left join holdfast.users u on u.id = s.id where s.id = $1`,
);

interface Usage {
  quota: number | null;
  used: number;
  reserved: number;
  entries: number;
  folders: number;
}

/** What is stored, and what unfinished uploads have reserved. */
export const findUsage = statement<[spaceId: string], Usage>(
  `select s.quota_bytes as quota, holdfast.used_bytes(s.id) as used,
     holdfast.used_entries(s.id) as entries, holdfast.used_folders(s.id) as folders,
     coalesce((select sum(reserved_bytes) from holdfast.uploads where space_id = s.id and file_id is null), 0)::bigint as reserved
   from holdfast.spaces s where s.id = $1`,
);

/** Files of a space that are looked at for their versions: a refused upload is to cost little. */
const filesAtMost = 20_000;

/** What earlier versions hold; of a large space, those of some files. */
export const versionsHeld = statement<[spaceId: string], { bytes: number; complete: boolean }>(
  `with looked_at as materialized (select id from holdfast.files where space_id = $1 and kind = 'file' limit ${filesAtMost})
   select coalesce((select sum(v.file_size) from holdfast.file_versions v join looked_at l on l.id = v.file_id), 0)::bigint as bytes,
     (select count(*) < ${filesAtMost} from looked_at) as complete`,
);

/** Any number may run at once. */
export const foldUsage = statement(
  `with taken as (
     delete from holdfast.usage_entries where id in (select id from holdfast.usage_entries order by id limit 50000 for update skip locked)
     returning space_id, bytes, entries, folders
   ), sums as (select space_id, sum(bytes)::bigint as bytes, sum(entries)::bigint as entries, sum(folders)::bigint as folders
     from taken group by space_id)
   update holdfast.spaces s set used_bytes = s.used_bytes + sums.bytes, used_entries = s.used_entries + sums.entries,
     used_folders = s.used_folders + sums.folders
   from sums where s.id = sums.space_id`,
);
