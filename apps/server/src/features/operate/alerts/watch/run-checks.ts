import type { Queryable } from "../../../../platform/database/database.ts";
import { ping } from "../../../../platform/monitoring/readiness.queries.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import { backupChecks } from "../checks/backup-checks.ts";
import type { Check, Finding, Look } from "../checks/check.ts";
import { databaseChecks } from "../checks/database-checks.ts";
import { nodeChecks } from "../checks/node-checks.ts";
import { serviceChecks } from "../checks/service-checks.ts";
import { listOpen, type OpenRow } from "./open-alerts.queries.ts";
import { settle } from "./settle.ts";

/** Looks that an alert is kept open after its cause is gone: what comes and goes is one alert. */
const HOLD_LOOKS = 3;

/** Runs every check whose turn it is. Remembers what was found how often in a row. */
export function createCheckRun(deps: Pick<AlertsDeps, "log" | "interval">) {
  let openKinds: ReadonlySet<string> = new Set();
  const checks: readonly Check[] = [
    ...backupChecks,
    ...nodeChecks,
    ...databaseChecks,
    ...serviceChecks(() => openKinds),
  ];
  const rows = new Map<string, number>();
  let count = 0;

  /** What was found often enough. */
  function confirmed(check: Check, findings: readonly Finding[], open: readonly OpenRow[]): Finding[] {
    const { inARow = 1, kinds } = check;
    if (inARow === 1) return [...findings];
    const found = new Set(findings.map(({ kind, subject }) => `${kind} ${subject}`));
    for (const key of rows.keys()) if (kinds.includes(key.split(" ")[0] as string) && !found.has(key)) rows.delete(key);
    for (const key of found) rows.set(key, (rows.get(key) ?? 0) + 1);
    const isOpen = ({ kind, subject }: Finding) => open.some((row) => row.kind === kind && row.subject === subject);
    return findings.filter(
      (finding) => isOpen(finding) || (rows.get(`${finding.kind} ${finding.subject}`) ?? 0) >= inARow,
    );
  }

  /** @returns whether anything has changed */
  return async function runChecks(look: Look): Promise<boolean> {
    const { db } = look;
    const open = await listOpen.all(db);
    openKinds = new Set(open.map(({ kind }) => kind));
    const turn = count++;
    let changed = false;
    for (const check of checks) {
      if (turn % (check.every ?? 1) !== 0) continue;
      try {
        const findings = await check.run(look);
        if (findings === null) continue;
        const wanted = confirmed(check, findings, open).filter(({ kind }) => look.rules.isOn(kind));
        if (await settle(db, open, check.kinds, wanted, HOLD_LOOKS * deps.interval)) changed = true;
      } catch (error) {
        if (await isAway(db)) throw error;
        // One check that cannot be made does not keep the others from theirs.
        deps.log.warn({ err: error, kinds: check.kinds }, "a check for alerts could not be made");
      }
    }
    return changed;
  };
}

async function isAway(db: Queryable): Promise<boolean> {
  return ping.first(db).then(
    () => false,
    () => true,
  );
}
