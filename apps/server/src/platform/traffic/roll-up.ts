import type { Database } from "../database/database.ts";
import { dropOld, ensurePartitions, steps, sumGauges, sumTraffic, takeDue } from "./roll-up.queries.ts";

/** Hours of one transaction: others' minutes of these wait for it. */
const HOURS_AT_ONCE = 24;
const DAY_MS = 86_400_000;

/**
 * Sums up the hours of which minutes have come, however late, and the days of these hours. A run that is cut short, or a second one beside it,
 * ends in the same sums.
 */
export async function rollUp(db: Database, signal: AbortSignal): Promise<void> {
  for (let taken = HOURS_AT_ONCE; taken === HOURS_AT_ONCE; ) {
    signal.throwIfAborted();
    taken = await db.transaction(async (tx) => {
      const hours = (await takeDue.all(tx, HOURS_AT_ONCE)).map(({ hour }) => hour.getTime()).sort((a, b) => a - b);
      const days = [...new Set(hours.map((hour) => Math.floor(hour / DAY_MS) * DAY_MS))];
      for (const [index, times] of [hours, days].entries()) {
        const step = steps[index]!;
        for (const time of times) {
          await sumTraffic.of(step).all(tx, new Date(time));
          await sumGauges.of(step).all(tx, new Date(time));
        }
      }
      return hours.length;
    });
  }
}

/** Whole months that are kept beside the present one: 90 days of minutes at least, a year of hours, two years of days. */
const KEPT: Record<string, number> = { minutes: 3, hours: 13, days: 25 };

/** Partitions made ahead, and those of age dropped. */
export async function keepPartitions(db: Database): Promise<void> {
  await ensurePartitions.all(db);
  for (const [step, months] of Object.entries(KEPT)) {
    for (const family of ["traffic", "gauge"]) await dropOld.all(db, `${family}_${step}`, months);
  }
}
