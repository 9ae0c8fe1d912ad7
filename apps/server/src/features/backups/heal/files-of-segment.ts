import type { Queryable } from "../../../platform/database/database.ts";
import { type FileOfSegment, findFilesOf } from "./heal.queries.ts";

const SHOWN = 20;

/** The files that a segment is a piece of, the first few of them; those that only have it in a former version are among them. */
export async function filesOf(db: Queryable, sha256: Buffer): Promise<{ files: FileOfSegment[]; count: number }> {
  const files = await findFilesOf.all(db, sha256, SHOWN);
  return { files: files.map(({ id, email, path }) => ({ id, email, path })), count: files[0]?.count ?? 0 };
}
