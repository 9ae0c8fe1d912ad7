import type { OpenTarget } from "../targets/open-target.ts";
import type { Catalogue } from "./catalogue.ts";

/** The target has no room for what the repository lacks. */
export class NoRoom extends Error {
  override name = "NoRoom";
}

/** For trees, index and the catalogue. */
const MARGIN_BYTES = 64 * 1024 * 1024;

/**
 * Refuses to begin what cannot end: the segments that the repository does not have, as they are (compression may make them smaller),
 * against what is free at the target. Where nobody knows what is free (S3), there is nothing to compare.
 */
export async function checkFreeSpace(catalogue: Catalogue, target: OpenTarget, userId: string | null): Promise<void> {
  const { freeBytes } = await target.store.probe();
  if (freeBytes === null) return;
  const ofPerson = `exists (select from holdfast.content_segments c join holdfast.files f on f.content_id = c.content_id
    where c.sha256 = s.sha256 and f.user_id = $2)`;
  const [row] = await catalogue.query<{ bytes: number }>(
    `select coalesce(sum(s.size), 0)::bigint as bytes from holdfast.segments s
     where not exists (select from holdfast.segment_chunks k where k.target_id = $1 and k.sha256 = s.sha256)
       and ($2::uuid is null or ${ofPerson})`,
    [target.row.id, userId],
  );
  const needed = (row?.bytes ?? 0) + MARGIN_BYTES;
  if (needed <= freeBytes) return;
  throw new NoRoom(
    `The backup may need ${megabytes(needed)} MB, and the target "${target.row.name}" has ${megabytes(freeBytes)} MB free. Make room there, or choose another target.`,
  );
}

export function megabytes(bytes: number): string {
  return Math.ceil(bytes / 1e6).toLocaleString("en");
}
