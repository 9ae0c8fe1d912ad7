import { statement } from "../../../platform/database/statement.ts";

/**
 * What becomes of a rehearsal. Every change of its row is one of these; what comes too late changes nothing and counts no row.
 *
 * | state     | is                                      | to                                                                      |
 * |-----------|-----------------------------------------|-------------------------------------------------------------------------|
 * | running   | the newest server backup is restored    | completed, failed; failed by the next one where its worker died         |
 * | completed | that backup restores                    | nothing                                                                 |
 * | failed    | it does not, or nobody could find out   | nothing                                                                 |
 */

/** → running. */
export const beginRehearsal = statement<[id: string, backupId: string]>(
  "insert into holdfast.rehearsals (id, backup_id) values ($1, $2)",
);

/** running → completed. */
export const completeRehearsal = statement<[id: string, rows: number, segments: number, bytes: number]>(
  `update holdfast.rehearsals set status = 'completed', finished_at = now(), rows_compared = $2, segments_compared = $3,
     bytes_compared = $4 where id = $1 and status = 'running'`,
);

/** running → failed. */
export const failRehearsal = statement<[id: string, error: string]>(
  "update holdfast.rehearsals set status = 'failed', finished_at = now(), error = $2 where id = $1 and status = 'running'",
);

/** All that are running → failed: by whoever holds the lock of rehearsals, or has restored this installation. */
export const failAbandonedRehearsals = statement<[error: string]>(
  "update holdfast.rehearsals set status = 'failed', finished_at = now(), error = $1 where status = 'running'",
);
