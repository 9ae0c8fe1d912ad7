import type { Queryable } from "../../../../platform/database/database.ts";
import { raiseAlert } from "../../../../platform/monitoring/alerts.ts";
import type { Finding } from "../checks/check.ts";
import * as queries from "./open-alerts.queries.ts";

/**
 * Makes the open alerts of `kinds` what was found: raises what is new or has changed, and ends what was not found for `holdSeconds`.
 * Where nothing changes, nothing is written.
 * @returns whether anything has
 */
export async function settle(
  db: Queryable,
  open: readonly queries.OpenRow[],
  kinds: readonly string[],
  findings: readonly Finding[],
  holdSeconds: number,
): Promise<boolean> {
  const keyOf = ({ kind, subject }: { kind: string; subject: string }) => `${kind} ${subject}`;
  const known = new Map(open.filter(({ kind }) => kinds.includes(kind)).map((row) => [keyOf(row), row]));
  let changed = false;
  for (const finding of findings) {
    const row = known.get(keyOf(finding));
    known.delete(keyOf(finding));
    const same = row?.severity === finding.severity && row.title === finding.title && row.cleared_seconds === null;
    if (same) continue;
    await raiseAlert(db, finding);
    changed = true;
  }
  const gone = [...known.values()];
  const fresh = gone.filter((row) => row.cleared_seconds === null).map(({ id }) => id);
  const over = gone.filter((row) => (row.cleared_seconds ?? -1) >= holdSeconds).map(({ id }) => id);
  if (fresh.length > 0) await queries.beginClearing.count(db, fresh);
  if (over.length > 0) await queries.resolveCleared.count(db, over);
  return changed || over.length > 0;
}
