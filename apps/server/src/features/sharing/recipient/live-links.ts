import type { Clock } from "../../../platform/clock.ts";
import { askedTogether } from "../../../platform/database/asked-together.ts";
import type { Queryable } from "../../../platform/database/database.ts";
import { findLiveLinks, type LinkRow } from "./open.queries.ts";

/** The link and what it leads to, if both are good at this moment. */
export type FindLiveLink = (linkId: string) => Promise<LinkRow | undefined>;

export function createFindLiveLink(db: Queryable, clock: Clock): FindLiveLink {
  const find = askedTogether((linkIds: string[]) => findLiveLinks.all(db, linkIds, clock.now()));
  return async (linkId) => {
    const row = await find(linkId);
    return row && { ...row, id: row.link_id, item: row };
  };
}
