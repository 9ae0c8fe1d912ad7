import type { Database } from "../../platform/database/database.ts";
import {
  exportPageSize,
  findProfile,
  listGrantsGiven,
  listGrantsReceived,
  listOwnAccessTokens,
  listOwnComments,
  listOwnFiles,
  listOwnGroups,
  listOwnLinks,
  listOwnLogins,
  listOwnNotifications,
  listOwnSessions,
} from "./export-account.queries.ts";

/** The lists of the document. */
const lists = {
  sessions: listOwnSessions,
  logins: listOwnLogins,
  accessTokens: listOwnAccessTokens,
  shares: listOwnLinks,
  comments: listOwnComments,
  notifications: listOwnNotifications,
  grantsGiven: listGrantsGiven,
  grantsReceived: listGrantsReceived,
  groups: listOwnGroups,
  files: listOwnFiles,
};

/** The account as JSON text, page by page: however many files there are, a page of them is in memory. */
export async function* exportOf(db: Database, userId: string): AsyncGenerator<string> {
  const profile = await findProfile.first(db, userId);
  yield `{"exportedAt":${JSON.stringify(new Date())},"profile":${JSON.stringify(profile?.row ?? null)}`;
  for (const [name, list] of Object.entries(lists)) {
    yield `,\n"${name}":[`;
    let first = true;
    for await (const rows of pagesOf(db, list, userId)) {
      yield (first ? "" : ",") + rows.map(({ row }) => `\n${JSON.stringify(row)}`).join(",");
      first = false;
    }
    yield "]";
  }
  yield "}\n";
}

async function* pagesOf(db: Database, list: typeof listOwnFiles, userId: string) {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await list.all(db, userId, after);
    if (rows.length > 0) yield rows;
    if (rows.length < exportPageSize) return;
    after = rows.at(-1)?.id as string;
  }
}
