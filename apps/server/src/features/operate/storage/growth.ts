import { medianOf } from "../overview/traffic.ts";

export interface DayValue {
  /** Whole days from any beginning. */
  readonly day: number;
  readonly value: number;
}

/** With fewer days one large upload would be a trend. */
export const leastDays = 7;
/** Days that a slope looks at: what was last year says little of next month. */
export const mostDays = 90;

/**
 * By how much a value grows in a day: the median of the slopes between all pairs of days (Theil and Sen), so that up to a quarter of the days
 * may be anything. Null: not enough days yet.
 */
export function slopeOf(values: readonly DayValue[]): number | null {
  const last = values.at(-1);
  if (!last) return null;
  const recent = values.filter(({ day }) => day > last.day - mostDays);
  if (recent.length < leastDays) return null;
  const slopes = recent.flatMap((a, index) =>
    recent.slice(index + 1).flatMap((b) => (b.day === a.day ? [] : [(b.value - a.value) / (b.day - a.day)])),
  );
  return medianOf(slopes);
}

/** In how many days nothing is left; null: it does not shrink, or not within ten years. */
export function daysUntilEmpty(left: number, slopePerDay: number): number | null {
  if (slopePerDay >= 0) return null;
  const days = Math.floor(left / -slopePerDay);
  return days > 3650 ? null : days;
}
