import * as queries from "./backups.queries.ts";
import { type Check, days, type Finding, freshReports } from "./check.ts";

/** Backups that are missing or old, by their age. */
const ages: Check = {
  kinds: ["backup.overdue", "rehearsal.overdue"],
  every: 4,
  async run({ db, rules }) {
    const found = await queries.findAges.first(db);
    if (!found) return null;
    return [
      ...overdueBackup(found, rules.threshold("backup.overdue")),
      ...overdueRehearsal(found, rules.threshold("rehearsal.overdue")),
    ];
  },
};

type Ages = {
  backup_days: number | null;
  proof_days: number | null;
  install_days: number | null;
  first_backup_days: number | null;
};

function overdueBackup({ backup_days: age, install_days: installed }: Ages, most: number): Finding[] {
  if ((age ?? installed ?? 0) < most) return [];
  const title =
    age === null ? "There has never been a good server backup." : `The last good server backup is ${days(age)} old.`;
  return [{ kind: "backup.overdue", subject: "server", severity: "critical", title }];
}

function overdueRehearsal({ proof_days: age, first_backup_days: since }: Ages, most: number): Finding[] {
  if (since === null || (age ?? since) < most) return [];
  const title =
    age === null
      ? "No server backup has ever been restored as a test."
      : `The last successful test restore was ${days(age)} ago.`;
  return [{ kind: "rehearsal.overdue", subject: "server", severity: "warning", title }];
}

const outcomes: Check = {
  kinds: ["backup.failed", "backup.accounts_failed", "rehearsal.failed"],
  async run({ db }) {
    const failed = (await queries.findFailed.all(db)).map(
      ({ target_id: subject, name, id, error }): Finding => ({
        ...{ kind: "backup.failed", subject, severity: "critical", data: { backupId: id } },
        title: `The last server backup to "${name}" failed: ${short(error)}`,
      }),
    );
    const accounts = await queries.findFailedAccounts.first(db);
    if (accounts && accounts.number > 0) {
      const who =
        accounts.number === 1 ? "The last backup of one account" : `The last backups of ${accounts.number} accounts`;
      const title = `${who} failed: ${short(accounts.error)}`;
      failed.push({ kind: "backup.accounts_failed", subject: "accounts", severity: "warning", title });
    }
    const rehearsal = await queries.findLastRehearsal.first(db);
    if (rehearsal?.status === "failed") {
      const title = `The last test restore failed: ${short(rehearsal.error)}`;
      failed.push({ kind: "rehearsal.failed", subject: "server", severity: "critical", title });
    }
    return failed;
  },
};

const targets: Check = {
  kinds: ["backup.target_away"],
  async run(look) {
    const reports = freshReports(look).filter(({ role }) => role === "worker");
    // Only a process that makes backups knows where the disks are.
    if (reports.length === 0) return null;
    const away = reports.flatMap(({ report }) => report.targets).filter((target) => target.away !== null);
    return away.map(({ id, away: reason }) => ({
      ...{ kind: "backup.target_away", subject: id, severity: "critical", title: reason as string },
    }));
  },
};

export const backupChecks: readonly Check[] = [ages, outcomes, targets];

function short(text: string | null): string {
  const sentence = text ?? "the reason is not known.";
  return sentence.length <= 300 ? sentence : `${sentence.slice(0, 299)}…`;
}
