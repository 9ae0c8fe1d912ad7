import { type Finding, found, ok } from "../check.ts";

/** The newest minor version of a major that fixes what can be exploited, as far as this Holdfast knows. */
const newestFixes: Readonly<Record<number, number>> = { 18: 7 };
const OLDEST = 15;
const NEWEST = 18;

/** @param number as server_version_num says it: 180004 is 18.4 */
export function judgePostgres(number: number, embedded: boolean): Finding {
  const [major, minor] = [Math.floor(number / 10_000), number % 10_000];
  const name = `${embedded ? "Embedded " : ""}PostgreSQL ${major}.${minor}`;
  if (major < OLDEST || major > NEWEST) {
    return found("problem", `${name} is not supported.`, `Use one of the versions ${OLDEST} to ${NEWEST}.`);
  }
  const fixed = newestFixes[major];
  if (fixed === undefined || minor >= fixed) return ok(`${name}.`);
  const pending = `${name}: security fixes up to ${major}.${fixed} are known.`;
  if (!embedded) return found("warning", pending, "Update the database server.");
  return {
    state: "notice",
    sentence: `${pending} Nobody but Holdfast can connect to it.`,
    remedy:
      "They come with an update of Holdfast. With DATABASE_URL you can use a PostgreSQL that you update yourself.",
  };
}

/** @param milliseconds by which the database's clock is ahead of this machine's */
export function judgeClock(milliseconds: number): Finding {
  const seconds = Math.abs(milliseconds) / 1000;
  const sentence = `The clocks of this machine and of the database differ by ${seconds.toFixed(seconds < 10 ? 1 : 0)} s.`;
  if (seconds < 2) return ok(sentence);
  return found(
    seconds < 30 ? "warning" : "problem",
    sentence,
    "Set both by NTP: sessions, links and schedules end at the wrong moment otherwise.",
  );
}
