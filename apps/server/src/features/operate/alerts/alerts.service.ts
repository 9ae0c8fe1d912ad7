import type { Alert, AlertChange, AlertState, Severity } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import type { Queryable } from "../../../platform/database/database.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { beforeId, type Page, pageById, rowsFor } from "../../../platform/listing/page.ts";
import type { AlertsDeps } from "./alerts.deps.ts";
import * as queries from "./alerts.queries.ts";
import { kindOf } from "./catalogue/catalogue.ts";
import { tellPages } from "./tell-pages.ts";

const YEAR_MS = 366 * 86_400_000;

function toAlert(row: queries.AlertRow): Alert {
  const { why, remedy, page } = kindOf(row.kind);
  return {
    ...{ id: row.id, kind: row.kind, subject: row.subject, severity: row.severity, title: row.title },
    ...{ why, remedy, page, data: row.data, count: row.count },
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    silencedUntil: row.silenced_until?.toISOString() ?? null,
    resolvedAt: row.resolved_at?.toISOString() ?? null,
  };
}

interface Query {
  state: AlertState;
  severity?: Severity | undefined;
  kind?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export async function listAlerts(db: Queryable, query: Query) {
  const { state, severity = null, kind = null } = query;
  const rows = await queries.listAlerts.of(state).all(db, severity, kind, beforeId(query), rowsFor(query));
  const page: Page<Alert> = pageById(rows, query, toAlert);
  const counts = await queries.countAlerts.first(db);
  return { ...page, ...(counts ?? { open: 0, critical: 0, acknowledged: 0, silenced: 0 }) };
}

/** Those of them that are there. Throws invalid_expiry. */
export async function updateAlerts(
  deps: Pick<AlertsDeps, "db" | "clock" | "events">,
  origin: Origin,
  ids: readonly string[],
  change: AlertChange,
): Promise<Alert[]> {
  const until = silenceOf(deps, change);
  const rows = await deps.db.transaction(async (tx) => {
    if (change.acknowledged === true) await queries.acknowledge.count(tx, ids, origin.actorId);
    if (change.acknowledged === false) await queries.takeBackAcknowledgement.count(tx, ids);
    if (until) await queries.silence.count(tx, ids, until, origin.actorId);
    if (until === null) await queries.endSilence.count(tx, ids);
    const after = await queries.findAlerts.all(tx, ids);
    for (const { id, kind, subject } of after) {
      await audit(tx, origin, { action: "alert.update", targetId: id, detail: { ...change, kind, subject } });
    }
    return after;
  });
  await tellPages(deps);
  return rows.map(toAlert);
}

/** Undefined: it stays as it is; null: it ends. */
function silenceOf({ clock }: Pick<AlertsDeps, "clock">, { silencedUntil }: AlertChange): Date | null | undefined {
  if (silencedUntil === undefined || silencedUntil === null) return silencedUntil;
  const until = new Date(silencedUntil);
  const now = clock.now().getTime();
  if (until.getTime() <= now || until.getTime() > now + YEAR_MS) {
    throw new ProblemError(
      "invalid_expiry",
      "An alert can be silenced until a time in the future, at most a year ahead.",
    );
  }
  return until;
}
