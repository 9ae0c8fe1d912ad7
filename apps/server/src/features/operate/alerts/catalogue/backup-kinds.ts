import { type AlertKind, pages } from "./kind.ts";

export const backupKinds: readonly AlertKind[] = [
  {
    kind: "backup.overdue",
    name: "No good server backup",
    severity: "critical",
    why: "If this disk fails today, everything since the last good backup is lost.",
    remedy: "Make a backup now, and check that a schedule for server backups is on.",
    page: pages.backups,
    threshold: { label: "Days without a good server backup", unit: "days", usual: 8, min: 1, max: 90 },
  },
  {
    kind: "backup.failed",
    name: "A server backup failed",
    severity: "critical",
    why: "The newest state of the server is in no backup.",
    remedy:
      "Read why it failed, mend that, and make a backup now. The alert ends with the next good backup to this target.",
    page: pages.backups,
  },
  {
    kind: "backup.accounts_failed",
    name: "Backups of accounts failed",
    severity: "warning",
    why: "The newest files of these people are in no backup of their own. Each of them was told by email.",
    remedy: "Look at the backup target. The people can try again on their Backups page.",
    page: pages.targets,
  },
  {
    kind: "backup.target_away",
    name: "A backup target is away",
    severity: "critical",
    why: "No backup can be made there, and none can be restored from it.",
    remedy: "Connect the disk or mount the folder again. Backups that wait continue by themselves.",
    page: pages.targets,
  },
  {
    kind: "backups.damaged",
    name: "A backup repository is damaged",
    severity: "critical",
    why: "Some backups in it may not restore.",
    remedy: "Make new backups, to another target if there is one, and look at the disk of this one.",
    page: pages.targets,
  },
  {
    kind: "rehearsal.failed",
    name: "A test restore failed",
    severity: "critical",
    why: "The newest server backup could not be restored when it was tried: it may not save you.",
    remedy: "Read why, mend that, and start a test restore again.",
    page: pages.backups,
  },
  {
    kind: "rehearsal.overdue",
    name: "No test restore for long",
    severity: "warning",
    why: "Backups that were not restored for long are a hope, not a proof.",
    remedy: "Start a test restore. Normally one runs each week: look at the jobs if it did not.",
    page: pages.backups,
    threshold: { label: "Days without a successful test restore", unit: "days", usual: 15, min: 2, max: 180 },
  },
  {
    kind: "content.damaged",
    name: "Stored bytes are damaged",
    severity: "critical",
    why: "A disk that loses bytes once often loses more.",
    remedy:
      "Look at the disk (SMART values, cables, the system's log). Upload the named files again where no backup has their bytes.",
    page: pages.storage,
  },
];
