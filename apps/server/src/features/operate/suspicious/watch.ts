import type { Logger } from "pino";
import type { Clock } from "../../../platform/clock.ts";
import type { Database, Tx } from "../../../platform/database/database.ts";
import { raiseAlert } from "../../../platform/monitoring/alerts.ts";
import type { Finding, Rule } from "./finding.ts";
import { quietHours } from "./thresholds.ts";
import * as queries from "./watch.queries.ts";

/** Well below the minute within which an alert has to be there. */
const everyMs = 15_000;

export interface WatchDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  rules: readonly Rule[];
  /** Mails the person. Called once for each alert. */
  notify(userId: string, finding: Finding): void;
}

/** Looks once. @returns the findings that made a new alert */
export async function lookOnce(deps: WatchDeps): Promise<Finding[]> {
  const fresh: Finding[] = [];
  await deps.db.transaction(async (tx) => {
    if (!(await queries.tryLock.first(tx))?.mine) return;
    for (const rule of deps.rules) {
      const findings = await rule(deps.clock.now()).catch((error: unknown) => {
        deps.log.warn({ err: error }, "a rule for suspicious activity failed");
        return [];
      });
      for (const finding of findings) if (await raise(tx, finding)) fresh.push(finding);
    }
    await queries.resolveRewound.count(tx);
    await queries.resolveQuiet.count(tx, quietHours);
  });
  for (const finding of fresh) if (finding.userId) deps.notify(finding.userId, finding);
  return fresh;
}

/** One open alert for each kind and subject; what is known already, or was dealt with, raises none. @returns whether it is new */
async function raise(tx: Tx, finding: Finding): Promise<boolean> {
  const { kind, subject, severity, title, began, last, actions } = finding;
  const open = await queries.findOpen.first(tx, kind, subject);
  if (open && open.data.last === last.toISOString()) return false;
  const dealtWith = (await queries.findDealtWith.first(tx, kind, subject))?.at;
  if (dealtWith && dealtWith >= last) return false;
  // What it began with stays: later only its end may be in sight.
  const first = typeof open?.data.began === "string" && open.data.began < began.toISOString() ? open.data : null;
  const kept = first && {
    began: first.began,
    actions: first.actions,
    ...(first.to === undefined ? {} : { to: first.to }),
  };
  const data = { ...finding.data, began: began.toISOString(), actions, ...kept, last: last.toISOString() };
  await raiseAlert(tx, { kind, subject, severity, title, data });
  return open === undefined;
}

/** Looks every few seconds until it is closed. */
export function startWatching(deps: WatchDeps): { close(): Promise<void> } {
  let looking: Promise<unknown> = Promise.resolve();
  let isLooking = false;
  const look = (): void => {
    if (isLooking) return;
    isLooking = true;
    looking = lookOnce(deps)
      .catch((error: unknown) => deps.log.warn({ err: error }, "suspicious activity could not be looked for"))
      .finally(() => {
        isLooking = false;
      });
  };
  const timer = setInterval(look, everyMs);
  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
