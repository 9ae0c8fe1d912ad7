import type { Tx } from "../../../platform/database/database.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { type AccessRow, access, judge, roleAllows } from "../../access/index.ts";
import { type FoundGrant, findGrant, lockFile } from "./grants.queries.ts";
import { lockTeam } from "./last-manager.ts";

/** A file, a folder or a space's root whose grants are locked until the transaction ends, and its manager's role judged after that. */
export interface Managed {
  file: AccessRow;
  /** It is a team's root: one manager has to stay. */
  teamRoot: boolean;
}

/** @throws not_found, forbidden */
export async function lockManaged(tx: Tx, userId: string, fileId: string, standings = ["live"]): Promise<Managed> {
  const teamRoot = await lockGrantsOf(tx, fileId);
  const file = (await access(tx, userId, [fileId])).get(fileId);
  if (!file || judge(file, "see") === "unseen") throw notFound();
  if (!roleAllows(file.role, "share")) throw mayNotManage();
  if (!standings.includes(file.standing)) throw notFound();
  return { file, teamRoot };
}

/** @returns whether it is a team's root. @throws not_found */
export async function lockGrantsOf(tx: Tx, fileId: string): Promise<boolean> {
  const locked = await lockFile.first(tx, fileId);
  if (!locked) throw notFound();
  return locked.parent_id === null && (await lockTeam(tx, locked.space_id));
}

/** As it is when nobody else can change it any more. @throws not_found */
export async function lockGrant(tx: Tx, grantId: string): Promise<{ grant: FoundGrant; teamRoot: boolean }> {
  const found = await findGrant.first(tx, grantId);
  if (!found) throw notFound();
  const teamRoot = await lockGrantsOf(tx, found.file_id);
  const grant = await findGrant.first(tx, grantId);
  if (!grant) throw notFound();
  return { grant, teamRoot };
}

function mayNotManage(): ProblemError {
  return new ProblemError("forbidden", "Only managers of this may change who has access. Ask one of them.");
}
