import type { OpenTarget } from "../../targets/open-target.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Reading } from "./write-trees.ts";

/** The target has no room for what the repository lacks. */
export class NoRoom extends Error {
  override name = "NoRoom";
}

/** For trees, index and the catalogue. */
const MARGIN_BYTES = 64 * 1024 * 1024;

const lacking = "not exists (select from holdfast.segment_chunks k where k.target_id = $1 and k.sha256 = s.sha256)";

const neededByAll = `select coalesce(sum(s.size), 0)::bigint as bytes from holdfast.segments s where ${lacking}`;

/** Materialized: from the folders to their segments, whatever the planner thinks of how many the repository lacks. */
function neededBy(contents: Reading["contents"]): string {
  return `
  with s as materialized (
    select distinct c.sha256, c.size from (${contents.map(({ query }, i) => query(`$${i + 2}`)).join(" union all ")}) f
    join holdfast.content_segments c using (content_id)
  )
  select coalesce(sum(s.size), 0)::bigint as bytes from s where ${lacking}`;
}

type Place = Pick<OpenTarget, "row"> & { readonly store: Pick<OpenTarget["store"], "probe"> };

/**
 * Refuses to begin what cannot end: the segments that the repository does not have, as they are (compression may make them smaller),
 * against what is free at the target. Where nobody knows what is free (S3), there is nothing to compare.
 *
 * @param reading What is going to be looked at; the catalogue is asked about nothing else, and not at all where everything in it would
 * find room.
 * @throws NoRoom
 */
export async function checkFreeSpace(
  catalogue: Pick<Catalogue, "query">,
  target: Place,
  reading: Reading | "everything",
): Promise<void> {
  const { freeBytes } = await target.store.probe();
  if (freeBytes === null) return;
  const all = reading === "everything";
  if (!all && reading.bytes + MARGIN_BYTES <= freeBytes) return;
  const [row] = all
    ? await catalogue.query<{ bytes: number }>(neededByAll, [target.row.id])
    : await catalogue.query<{ bytes: number }>(neededBy(reading.contents), [
        target.row.id,
        ...reading.contents.map(({ ids }) => ids),
      ]);
  const needed = (row?.bytes ?? 0) + MARGIN_BYTES;
  if (needed <= freeBytes) return;
  throw new NoRoom(
    `The backup may need ${megabytes(needed)} MB, and the target "${target.row.name}" has ${megabytes(freeBytes)} MB free. Make room there, or choose another target.`,
  );
}

export function megabytes(bytes: number): string {
  return Math.ceil(bytes / 1e6).toLocaleString("en");
}
