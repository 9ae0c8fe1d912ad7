import { type Finding, found, ok, spanOf } from "../check.ts";

const DAY_MS = 86_400_000;

/** @param last when the last backup of the whole server ended well; `scheduled`: one is made by itself */
export function judgeLastBackup(last: Date | null, scheduled: boolean, now: Date): Finding {
  const plan = scheduled ? "" : " No schedule makes them by itself.";
  if (last === null) {
    return {
      ...found(
        "problem",
        `There is no backup of the server yet.${plan}`,
        "Take one now, and make a schedule under Server backups.",
      ),
      action: "back_up",
    };
  }
  const age = Math.max(0, now.getTime() - last.getTime());
  const sentence = `The last backup of the server is ${spanOf(age)} old.`;
  if (age < 2 * DAY_MS && scheduled) return ok(sentence);
  const remedy = scheduled
    ? "Look under Jobs why the schedule makes none, and take one now."
    : "Make a schedule under Server backups.";
  return { ...found(age < 7 * DAY_MS ? "warning" : "problem", sentence + plan, remedy), action: "back_up" };
}

export interface Proof {
  readonly hasBackup: boolean;
  readonly overdue: boolean;
  /** Why the last one failed; null: it did not. */
  readonly failure: string | null;
  readonly provenAt: string | null;
}

export function judgeRehearsal({ hasBackup, overdue, failure, provenAt }: Proof, now: Date): Finding | null {
  if (!hasBackup) return null;
  if (failure !== null) {
    const remedy = "Remove what it names, then restore once more to see that it works.";
    return { ...found("problem", `The last test restore failed: ${failure}`, remedy), action: "rehearse" };
  }
  if (provenAt === null) {
    const remedy = "It is done once a week by itself. Start the first one now if you do not want to wait.";
    return { ...found("warning", "No backup has been restored as a test yet.", remedy), action: "rehearse" };
  }
  const age = now.getTime() - new Date(provenAt).getTime();
  const sentence = `The newest backup was last restored as a test ${spanOf(Math.max(0, age))} ago.`;
  if (!overdue) return ok(sentence);
  const remedy = "Look under Jobs why it does not run, and start one now.";
  return { ...found("warning", sentence, remedy), action: "rehearse" };
}

export function judgeKit(downloadedAt: string | null): Finding {
  if (downloadedAt !== null) return ok(`The recovery kit was downloaded on ${downloadedAt.slice(0, 10)}.`);
  const remedy = "Download it and keep it away from this server: without its password nobody can read the backups.";
  return { ...found("warning", "Nobody has downloaded the recovery kit.", remedy), action: "recovery_kit" };
}

export function judgeScrub({
  bad,
  neverRead,
  segments,
}: {
  bad: number;
  neverRead: number;
  segments: number;
}): Finding {
  if (bad > 0) {
    return found(
      "problem",
      `${bad} stored ${bad === 1 ? "segment is" : "segments are"} damaged, and no backup has the right bytes.`,
      "Connect the backup targets that are away: what they hold is put back by itself. The alerts name the files.",
    );
  }
  return ok(`No damage is known in ${segments} stored segments; ${neverRead} of them were not read back yet.`);
}

/** Targets in a folder on the disk that also holds the files survive no failure of that disk. */
export function judgePlaces(places: readonly { readonly elsewhere: boolean }[]): Finding {
  if (places.some(({ elsewhere }) => elsewhere)) return ok("Backups are also kept away from this disk.");
  return {
    state: "notice",
    sentence: "Every backup lies on the disk that it is a backup of.",
    remedy: "Add a target on another disk or in a bucket under Server backups.",
  };
}
