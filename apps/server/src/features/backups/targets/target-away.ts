import { locationOf, type TargetRow } from "./target-row.ts";

/**
 * What a target held is not at its place: no folder (`absent`), a place without a repository (`empty`), or another repository (`other`).
 * Nothing is made there: a disk that is not connected must not look like one that is.
 */
export class TargetAway extends Error {
  override name = "TargetAway";
  readonly reason: "absent" | "empty" | "other";

  constructor(reason: "absent" | "empty" | "other", row: TargetRow, dataDir: string) {
    super(sentences[reason](row, locationOf(row, dataDir)));
    this.reason = reason;
  }
}

const sentences = {
  absent: ({ name }: TargetRow, place: string) =>
    `There is no folder ${place}. Is the disk of the target "${name}" connected?`,
  empty: (row: TargetRow, place: string) =>
    `The target "${row.name}" has a backup repository, but there is none in ${place}. ${question(row)} ${startOver(row)}`,
  other: (row: TargetRow, place: string) =>
    `The repository in ${place} is not the one that the target "${row.name}" has used. ${question(row)} ${startOver(row)}`,
};

function question({ kind }: TargetRow): string {
  return kind === "s3" ? "Is it the right bucket and prefix?" : "Is the right disk connected?";
}

function startOver({ name }: TargetRow): string {
  return `If the old repository is lost, choose "Start a new repository" for this target, or run: npm run holdfast -- target start-over "${name}".`;
}
