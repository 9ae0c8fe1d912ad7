import { type AccessList, type Grant, grantsListed } from "@holdfast/contract";
import type { Queryable } from "../../../platform/database/database.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { access, judge, roleAllows } from "../../access/index.ts";
import { toGrant } from "./grant-view.ts";
import { findOwner, listGrantsOn } from "./grants.queries.ts";

/** Who has access to a file, a folder or a space's root, and where it comes from. Throws not_found, forbidden. */
export async function listAccess(db: Queryable, userId: string, fileId: string): Promise<AccessList> {
  const file = (await access(db, userId, [fileId])).get(fileId);
  const verdict = file ? judge(file, "see") : "unseen";
  if (!file || verdict === "unseen") throw notFound();
  if (verdict === "may not") throw new ProblemError("forbidden", "You can add files here, but not see who has access.");
  const manager = roleAllows(file.role, "share");
  const [rows, owner] = await Promise.all([
    listGrantsOn.all(db, fileId, userId, grantsListed + 1),
    findOwner.first(db, fileId),
  ]);
  if (!owner) throw notFound();
  const items = rows.slice(0, grantsListed).filter((row) => manager || !row.expired);
  return {
    items: items.map((row) => toGrant(row, manager)),
    complete: rows.length <= grantsListed,
    owner: { kind: owner.kind === "team" ? "team" : "user", id: owner.id, name: owner.name },
    role: file.role,
    inherits: owner.inherits,
  };
}

/** One grant as its manager sees it. */
export async function grantOf(db: Queryable, userId: string, fileId: string, grantId: string): Promise<Grant> {
  const rows = await listGrantsOn.all(db, fileId, userId, grantsListed);
  const row = rows.find(({ id }) => id === grantId);
  if (!row) throw notFound();
  return toGrant(row, true);
}
