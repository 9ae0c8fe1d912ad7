import type { ActivityDeps } from "../activity.deps.ts";
import { accessCommented } from "./find-comment.ts";
import { listNamed } from "./people.queries.ts";

const MOST = 10;

/** People who may see the file, by a part of their name. @throws not_found, forbidden */
export async function listMentionable(
  { db }: Pick<ActivityDeps, "db">,
  userId: string,
  fileId: string,
  q: string,
): Promise<{ items: { id: string; name: string }[] }> {
  await accessCommented(db, userId, fileId);
  return { items: await listNamed.all(db, fileId, userId, `%${q.replace(/[\\%_]/g, "\\$&")}%`, MOST) };
}
