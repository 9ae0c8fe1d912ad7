import pg from "pg";
import { pino } from "pino";
import { scrubJob } from "../../apps/server/src/features/backups/heal/scrub.ts";
import { createDatabase } from "../../apps/server/src/platform/database/database.ts";
import { createJobs } from "../../apps/server/src/platform/jobs/jobs.ts";

/** Asks the worker of the installation with this database to scrub, as its clock does every quarter of an hour. */
export async function enqueueScrub(databaseUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on("error", () => {});
  const db = createDatabase(pool);
  const jobs = await createJobs({ db, log: pino({ level: "silent" }) });
  try {
    await jobs.register([scrubJob]);
    await jobs.enqueue(db, scrubJob, {}, { singletonKey: `by hand ${performance.now()}` });
  } finally {
    await jobs.close();
    await db.end();
  }
}
