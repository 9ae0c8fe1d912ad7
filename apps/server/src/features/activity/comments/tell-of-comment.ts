import type { Queryable } from "../../../platform/database/database.ts";
import { notify } from "../../../platform/notifications/notify.ts";
import type { ActivityDeps } from "../activity.deps.ts";
import { listConcerned, listSeeing } from "./people.queries.ts";

/** Who is told of one comment besides those whom it mentions. */
const CONCERNED = 50;
/** Whose open pages are told at once; others see it when they look. */
const WATCHING = 200;

export interface Told {
  readonly commentId: string;
  readonly authorId: string;
  readonly file: { readonly id: string; readonly name: string };
}

/** Notifies in the transaction: those whom it mentions, and of a new comment those whom it concerns. */
export async function notifyOf(tx: Queryable, told: Told, mentions: readonly string[], isNew: boolean): Promise<void> {
  const { commentId, authorId, file } = told;
  const what = { actorId: authorId, fileId: file.id, detail: { name: file.name, commentId } };
  await notify(tx, { ...what, kind: "comment.mentioned", userIds: mentions });
  if (!isNew) return;
  const concerned = (await listConcerned.all(tx, file.id, CONCERNED)).map(({ id }) => id);
  await notify(tx, { ...what, kind: "comment.added", userIds: concerned.filter((id) => !mentions.includes(id)) });
}

/** Tells open pages of people who may see the file. After the transaction. */
export async function tellPages({ db, events, log }: Pick<ActivityDeps, "db" | "events" | "log">, fileId: string) {
  try {
    for (const { id } of await listSeeing.all(db, fileId, WATCHING))
      events.publish(id, { type: "comments.changed", id: fileId });
  } catch (error) {
    log.debug({ err: error }, "open pages were not told of a comment");
  }
}
