import type { Queryable } from "../../../platform/database/database.ts";
import type { Source } from "../../../platform/metrics/gather.ts";
import { findBackupState, findRehearsalState, findScrubState } from "./backup-state.queries.ts";

/** Are there good backups, do they restore, and are the stored bytes still right? */
export function backupSources(db: Queryable): Source[] {
  const scope = ["scope"];
  return [
    {
      name: "backups",
      freshMs: 15_000,
      metrics: [
        { name: "holdfast_backup_schedules", help: "Schedules that are switched on.", labels: scope },
        {
          name: "holdfast_backup_last_success_timestamp_seconds",
          help: "The instant that the newest good backup shows.",
          labels: scope,
        },
        {
          name: "holdfast_backup_stalest_success_timestamp_seconds",
          help: "The last good backup of the schedule that is furthest behind; without any, when the schedule was made.",
          labels: scope,
        },
        { name: "holdfast_backup_failures_recent", help: "Backups that failed in the last 24 hours.", labels: scope },
      ],
      async ask() {
        const rows = await findBackupState.all(db);
        return rows.flatMap(({ scope, ...row }) => [
          ["holdfast_backup_schedules", row.schedules, { scope }] as const,
          ["holdfast_backup_last_success_timestamp_seconds", row.last_success, { scope }] as const,
          ["holdfast_backup_stalest_success_timestamp_seconds", row.stalest_success, { scope }] as const,
          ["holdfast_backup_failures_recent", row.failed, { scope }] as const,
        ]);
      },
    },
    {
      name: "rehearsals",
      freshMs: 15_000,
      metrics: [
        {
          name: "holdfast_rehearsal_last_success_timestamp_seconds",
          help: "When a server backup was last restored for a test, and was right.",
        },
        { name: "holdfast_rehearsal_failed", help: "Whether the last test restore failed: 1 or 0." },
      ],
      async ask() {
        const found = await findRehearsalState.first(db);
        return [
          ["holdfast_rehearsal_last_success_timestamp_seconds", found?.last_success ?? null],
          ["holdfast_rehearsal_failed", found?.last_failed ? 1 : 0],
        ];
      },
    },
    {
      name: "scrub",
      freshMs: 60_000,
      metrics: [
        {
          name: "holdfast_scrub_oldest_check_timestamp_seconds",
          help: "When the stored segment that waits longest was last compared with its hash; none has ever been: nothing.",
        },
        { name: "holdfast_scrub_damaged_segments", help: "Stored segments that are damaged, 10,000 at most." },
      ],
      async ask() {
        const found = await findScrubState.first(db);
        return [
          ["holdfast_scrub_oldest_check_timestamp_seconds", found?.oldest ?? null],
          ["holdfast_scrub_damaged_segments", found?.damaged ?? 0],
        ];
      },
    },
  ];
}
