import { z } from "zod";
import type { Database, Tx } from "../../database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../jobs/job.ts";
import { hashDay, headOf, noHead, printBytes } from "./chain.ts";
import { firstDay, insertDay, insertPrints, isOver, type Log, lastSealed, lockSeals } from "./seal.queries.ts";

const sealJob = defineJob({ name: "platform.seal-log", payload: z.object({}), cron: "25 * * * *" });

export const logs: readonly Log[] = ["changes", "reads"];

/** Seals every day of the log that is over, so that what is changed in it later shows. */
export function sealJobs({ db }: { db: Database }): JobHandler[] {
  return [
    handleJob(sealJob, async (_payload, { signal }) => {
      for (const log of logs) {
        while (!signal.aborted && (await db.transaction((tx) => sealNext(tx, log))));
      }
    }),
  ];
}

/** Seals the day after the last one that is sealed. @returns whether there was one */
async function sealNext(tx: Tx, log: Log): Promise<boolean> {
  await lockSeals.count(tx);
  const last = await lastSealed.first(tx, log);
  const day = last?.next ?? (await firstDay.first(tx, log))?.day;
  if (!day || !(await isOver.first(tx, day))?.over) return false;
  const { rows, hash, prints } = await hashDay(tx, log, day);
  await insertDay.count(tx, log, day, rows, hash, headOf(last?.head ?? noHead, log, { day, rows, hash }));
  const blocks = blocksOf(prints);
  await insertPrints.count(
    tx,
    log,
    day,
    blocks.map((_, n) => n),
    blocks,
  );
  return true;
}

function blocksOf(prints: Buffer): Buffer[] {
  const size = 4096 * printBytes;
  return Array.from({ length: Math.ceil(prints.length / size) }, (_, n) => prints.subarray(n * size, (n + 1) * size));
}
