import { maxTeams, maxTeamsMade, type Space, type SpaceMember } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database, Queryable } from "../../../platform/database/database.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { decodeCursor } from "../../../platform/listing/cursor.ts";
import { type Page, pageOf, rowsFor } from "../../../platform/listing/page.ts";
import type { Room } from "../../../platform/storage/room.ts";
import { escapeLike } from "../../files/index.ts";
import { administers } from "../administers.ts";
import { toSpace, toSpaceMember } from "./space-view.ts";
import * as queries from "./spaces.queries.ts";

export interface SpacesDeps {
  db: Database;
  room: Pick<Room, "check">;
  teams: {
    /** `everyone`, `admins`, or `group:` and a name. */
    makers: string;
    /** Of a new team, in bytes; null: none. */
    quota: number | null;
  };
}

export interface SpaceQuery {
  all: boolean;
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
}

/** A page by name. @throws ProblemError invalid_cursor, forbidden where somebody else than an administrator asks for all */
export async function listSpaces(
  deps: SpacesDeps,
  principal: Principal,
  query: SpaceQuery,
): Promise<Page<Space> & { mayCreate: boolean }> {
  if (query.all && !administers(principal)) {
    throw new ProblemError("forbidden", "Only administrators see every team. Ask without `all` for your own.");
  }
  const [name, id] = decodeCursor(query.cursor, ["string", "id"]) ?? [null, null];
  const pattern = query.q ? `%${escapeLike(query.q)}%` : null;
  const [rows, mayCreate] = await Promise.all([
    queries.listSpaceRows.all(deps.db, principal.userId, query.all, pattern, name, id, rowsFor(query)),
    mayMakeTeams(deps, principal),
  ]);
  return { ...pageOf(rows, query, (last) => [last.sort_key, last.id], toSpace), mayCreate };
}

/** @throws ProblemError not_found, also for who is neither member nor administrator */
export async function findSpace(db: Queryable, principal: Principal, id: string): Promise<queries.SpaceRow> {
  const row = await queries.findSpace.first(db, id, principal.userId, administers(principal));
  if (!row) throw notFound();
  return row;
}

export async function mayMakeTeams({ db, teams }: SpacesDeps, principal: Principal): Promise<boolean> {
  if (teams.makers === "everyone" || administers(principal)) return true;
  if (teams.makers === "admins") return false;
  const name = teams.makers.slice("group:".length);
  return (await queries.isInGroupNamed.first(db, principal.userId, name))?.found ?? false;
}

/** Makes a team with its root folder, whose manager the maker becomes. @throws ProblemError forbidden, limit_reached, disk_full */
export async function createSpace(
  deps: SpacesDeps,
  origin: Origin,
  principal: Principal,
  wanted: { name: string; quotaBytes?: number | null | undefined },
): Promise<Space> {
  const { userId } = principal;
  if (!(await mayMakeTeams(deps, principal))) {
    throw new ProblemError("forbidden", "You may not make teams on this server. Ask an administrator.");
  }
  if (wanted.quotaBytes !== undefined && !administers(principal)) throw onlyAdministrators();
  await deps.room.check();
  const quota = wanted.quotaBytes === undefined ? deps.teams.quota : wanted.quotaBytes;
  const id = newId();
  return deps.db.transaction(async (tx) => {
    await queries.lockTeams.all(tx);
    const count = (await queries.countTeams.first(tx, userId))!;
    if (count.all >= maxTeams) throw limitReached(`There are ${maxTeams} teams, and there can be no more.`);
    if (count.made >= maxTeamsMade) throw limitReached(`You have made ${maxTeamsMade} teams, and nobody makes more.`);
    await queries.insertTeam.count(tx, id, wanted.name, quota, userId);
    await queries.makeManager.count(tx, newId(), id, userId, userId);
    await audit(tx, origin, { action: "team.create", targetId: id, detail: { name: wanted.name, quotaBytes: quota } });
    return keepAnswer(tx, toSpace(await findSpace(tx, principal, id)));
  });
}

/** @throws ProblemError not_found, invalid_cursor */
export async function listSpaceMembers(
  db: Database,
  principal: Principal,
  spaceId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<SpaceMember>> {
  await findSpace(db, principal, spaceId);
  const [name, id] = decodeCursor(query.cursor, ["string", "id"]) ?? [null, null];
  const rows = await queries.listMemberRows.all(db, spaceId, name, id, rowsFor(query));
  return pageOf(rows, query, (last) => [last.sort_key, last.id], toSpaceMember);
}

export const onlyAdministrators = () => new ProblemError("forbidden", "Only administrators set the quota of a team.");

const limitReached = (detail: string) =>
  new ProblemError("limit_reached", `${detail} Delete one that is not needed, or ask an administrator.`);
