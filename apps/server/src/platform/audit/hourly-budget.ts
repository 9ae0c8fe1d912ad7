const HOUR_MS = 3_600_000;

/** For entries that anybody can cause without an account: so many in an hour, in this process. @returns whether one more may be made */
export function createHourlyBudget(entries: number): (now: Date) => boolean {
  let [hour, left] = [-1, 0];
  return (now) => {
    const present = Math.floor(now.getTime() / HOUR_MS);
    if (present !== hour) [hour, left] = [present, entries];
    left -= 1;
    return left >= 0;
  };
}
