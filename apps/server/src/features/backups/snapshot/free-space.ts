import type { OpenTarget } from "../targets/open-target.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Folder } from "./folders.ts";

/** The target has no room for what the repository lacks. */
export class NoRoom extends Error {
  override name = "NoRoom";
}

/** For trees, index and the catalogue. */
const MARGIN_BYTES = 64 * 1024 * 1024;

const lacking = "not exists (select from holdfast.segment_chunks k where k.target_id = $1 and k.sha256 = s.sha256)";

const neededByAll = `select coalesce(sum(s.size), 0)::bigint as bytes from holdfast.segments s where ${lacking}`;

/** Materialized: from the folders to their segments, whatever the planner thinks of how many the repository lacks. */
const neededByFolders = `
  with s as materialized (
    select distinct c.sha256, c.size from unnest($2::uuid[]) p (id)
    join holdfast.files f on f.parent_id = p.id and f.kind = 'file' and f.trashed_at is null and f.purged_at is null
    join holdfast.content_segments c on c.content_id = f.content_id
  )
  select coalesce(sum(s.size), 0)::bigint as bytes from s where ${lacking}`;

type Place = Pick<OpenTarget, "row"> & { readonly store: Pick<OpenTarget["store"], "probe"> };

/**
 * Refuses to begin what cannot end: the segments that the repository does not have, as they are (compression may make them smaller),
 * against what is free at the target. Where nobody knows what is free (S3), there is nothing to compare.
 *
 * @param folders Those whose own files are going to be looked at; the catalogue is asked about no others, and not at all where everything
 * in them would find room.
 * @throws NoRoom
 */
export async function checkFreeSpace(
  catalogue: Pick<Catalogue, "query">,
  target: Place,
  folders: readonly Folder[] | "everything",
): Promise<void> {
  const { freeBytes } = await target.store.probe();
  if (freeBytes === null) return;
  const all = folders === "everything";
  if (!all && folders.reduce((sum, { bytes }) => sum + bytes, 0) + MARGIN_BYTES <= freeBytes) return;
  const [row] = all
    ? await catalogue.query<{ bytes: number }>(neededByAll, [target.row.id])
    : await catalogue.query<{ bytes: number }>(neededByFolders, [target.row.id, folders.map(({ id }) => id)]);
  const needed = (row?.bytes ?? 0) + MARGIN_BYTES;
  if (needed <= freeBytes) return;
  throw new NoRoom(
    `The backup may need ${megabytes(needed)} MB, and the target "${target.row.name}" has ${megabytes(freeBytes)} MB free. Make room there, or choose another target.`,
  );
}

export function megabytes(bytes: number): string {
  return Math.ceil(bytes / 1e6).toLocaleString("en");
}
