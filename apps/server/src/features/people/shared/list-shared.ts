import type { SharedItem } from "@holdfast/contract";
import { notFound } from "../../../platform/http/problem.ts";
import { decodeCursor } from "../../../platform/listing/cursor.ts";
import { type Page, pageOf, rowsFor } from "../../../platform/listing/page.ts";
import { toFile } from "../../files/index.ts";
import type { PeopleDeps } from "../people.deps.ts";
import { deleteHidden, findGiven, insertHidden, listSharedFiles, type SharedRow } from "./shared.queries.ts";

export interface SharedQuery {
  hidden: boolean;
  limit: number;
  cursor?: string | undefined;
}

/** The topmost files and folders that others share with somebody. Throws invalid_cursor. */
export async function listShared(
  { db }: Pick<PeopleDeps, "db">,
  userId: string,
  query: SharedQuery,
): Promise<Page<SharedItem>> {
  const [before] = decodeCursor(query.cursor, ["id"]) ?? [null];
  const rows = await listSharedFiles.all(db, userId, before, query.hidden, rowsFor(query));
  return pageOf(rows, query, (last) => [last.at_grant], toItem);
}

function toItem(row: SharedRow): SharedItem {
  return {
    file: { ...toFile(row), role: row.role },
    role: row.role,
    owner: { kind: row.owner_kind === "team" ? "team" : "user", id: row.space_id, name: row.owner_name },
    givenBy: row.giver_id === null ? null : { id: row.giver_id, name: row.giver_name ?? "" },
    givenAt: row.given_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    grantId: row.own_grant,
    hidden: row.hidden,
  };
}

/** Hides something from the list, or shows it again. Throws not_found for what was not given. */
export async function hideShared(
  { db, events }: Pick<PeopleDeps, "db" | "events">,
  userId: string,
  fileId: string,
  hidden: boolean,
): Promise<void> {
  if (!(await findGiven.first(db, userId, fileId))) throw notFound();
  await (hidden ? insertHidden : deleteHidden).count(db, userId, fileId);
  events.publish(userId, { type: "grants.changed" });
}
