import type { Database } from "../../../../platform/database/database.ts";
import { accountActions, type Rule } from "../finding.ts";
import { thresholds } from "../thresholds.ts";
import * as queries from "./downloads.queries.ts";

/** Far more downloads in a day than the user's own busiest day of a month. */
export function manyDownloads(db: Database): Rule {
  const { files: atLeast, timesBusiest } = thresholds.downloads;
  return async (now) => {
    await queries.deleteOldDays.count(db);
    const rows = await queries.listBusyDays.all(db, now, atLeast, timesBusiest);
    return rows.map(({ user_id: userId, email, files, bytes, busiest, last }) => ({
      ...{ kind: "suspicious.many-downloads", subject: userId, severity: "warning", last, userId },
      began: new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), last.getUTCDate())),
      title: `${email} downloaded ${files} files today, on their busiest day of the last month ${busiest}. Ask them whether that was them; if not, end the sessions.`,
      data: { email, files, bytes, busiest },
      actions: accountActions(userId),
    }));
  };
}
