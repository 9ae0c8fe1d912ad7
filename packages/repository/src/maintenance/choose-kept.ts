import type { Snapshot } from "../format/snapshot.ts";

/** A span before the newest snapshot, as restic's `1y2m3d4h`. */
export interface Span {
  years?: number;
  months?: number;
  days?: number;
  hours?: number;
}

/** Which snapshots stay. Each rule adds to what stays; none at all keeps everything. */
export interface KeepPolicy {
  /** The newest so many. */
  last?: number;
  /** The newest of each of the last so many hours, days, ISO weeks, months, years that have one. -1: of all. */
  hourly?: number;
  daily?: number;
  weekly?: number;
  monthly?: number;
  yearly?: number;
  /** All that are not older than this, counted from the newest snapshot. */
  within?: Span;
  withinHourly?: Span;
  withinDaily?: Span;
  withinWeekly?: Span;
  withinMonthly?: Span;
  withinYearly?: Span;
  /** Those that have all tags of one of the lists. */
  tags?: string[][];
}

export interface KeptAndRemoved {
  keep: { snapshot: Snapshot; reasons: string[] }[];
  remove: Snapshot[];
}

type Period = "last" | "hourly" | "daily" | "weekly" | "monthly" | "yearly";

const PERIODS: readonly Period[] = ["last", "hourly", "daily", "weekly", "monthly", "yearly"];

/**
 * Applies a policy as restic's `forget` does.
 * @param snapshots Of one group: what belongs together, as the same account.
 * @param timeZone IANA name in which hours, days, weeks, months and years begin. Default UTC.
 */
export function chooseKept(snapshots: readonly Snapshot[], policy: KeepPolicy, timeZone = "UTC"): KeptAndRemoved {
  const newestFirst = [...snapshots].sort((a, b) => b.time.getTime() - a.time.getTime());
  const result: KeptAndRemoved = { keep: [], remove: [] };
  if (isEmpty(policy)) {
    result.keep = newestFirst.map((snapshot) => ({ snapshot, reasons: ["no rule"] }));
    return result;
  }
  const calendar = calendarOf(timeZone);
  const now = Date.now();
  const newest = newestFirst.find(({ time }) => time.getTime() <= now) ?? newestFirst[0];
  const left = new Map(PERIODS.map((period) => [period, policy[period] ?? 0]));
  const seen = new Map<string, string>();
  for (const [position, snapshot] of newestFirst.entries()) {
    const reasons: string[] = [];
    for (const list of policy.tags ?? []) {
      if (list.every((tag) => snapshot.tags?.includes(tag))) reasons.push(`tags ${list.join(", ")}`);
    }
    if (policy.within !== undefined && newest !== undefined && isWithin(snapshot, newest, policy.within)) {
      reasons.push("within");
    }
    for (const period of PERIODS) {
      const bucket = period === "last" ? String(position) : calendar(snapshot.time)[period];
      const count = left.get(period) as number;
      if (count !== 0 && seen.get(period) !== bucket) {
        seen.set(period, bucket);
        left.set(period, count - 1);
        reasons.push(period);
      }
      const span = spanOf(policy, period);
      if (span === undefined || newest === undefined || !isWithin(snapshot, newest, span)) continue;
      if (seen.get(`within ${period}`) === bucket) continue;
      seen.set(`within ${period}`, bucket);
      reasons.push(`within, ${period}`);
    }
    if (reasons.length > 0) result.keep.push({ snapshot, reasons });
    else result.remove.push(snapshot);
  }
  return result;
}

function isEmpty(policy: KeepPolicy): boolean {
  return Object.values(policy).every(
    (rule) => rule === undefined || rule === 0 || (typeof rule === "object" && isEmptyRule(rule)),
  );
}

function isEmptyRule(rule: Span | string[][]): boolean {
  return Array.isArray(rule) ? rule.length === 0 : !Object.values(rule).some((number) => number);
}

function spanOf(policy: KeepPolicy, period: Period): Span | undefined {
  switch (period) {
    case "hourly":
      return policy.withinHourly;
    case "daily":
      return policy.withinDaily;
    case "weekly":
      return policy.withinWeekly;
    case "monthly":
      return policy.withinMonthly;
    case "yearly":
      return policy.withinYearly;
    default:
      return undefined;
  }
}

function isWithin(snapshot: Snapshot, newest: Snapshot, span: Span): boolean {
  if (isEmptyRule(span)) return false;
  const from = new Date(newest.time);
  from.setUTCFullYear(
    from.getUTCFullYear() - (span.years ?? 0),
    from.getUTCMonth() - (span.months ?? 0),
    from.getUTCDate() - (span.days ?? 0),
  );
  return snapshot.time.getTime() > from.getTime() - (span.hours ?? 0) * 3_600_000;
}

type Calendar = (time: Date) => Record<Exclude<Period, "last">, string>;

function calendarOf(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat("en-u-ca-iso8601-hc-h23", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  });
  return (time) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const { year, month, day, hour } = parts as Record<"year" | "month" | "day" | "hour", string>;
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    return {
      hourly: `${year}-${month}-${day} ${hour}`,
      daily: `${year}-${month}-${day}`,
      weekly: isoWeek(date),
      monthly: `${year}-${month}`,
      yearly: year,
    };
  };
}

function isoWeek(date: Date): string {
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return `${thursday.getUTCFullYear()} ${Math.floor((thursday.getTime() - start) / (7 * 86_400_000)) + 1}`;
}
