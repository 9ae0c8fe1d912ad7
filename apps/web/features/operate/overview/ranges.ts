/** What the page shows: a time, in how many points. */
export const ranges = {
  day: { seconds: 86_400, step: 300 },
  week: { seconds: 7 * 86_400, step: 3600 },
  quarter: { seconds: 90 * 86_400, step: 86_400 },
} as const;
export type Range = keyof typeof ranges;
export const rangeNames = Object.keys(ranges) as Range[];
