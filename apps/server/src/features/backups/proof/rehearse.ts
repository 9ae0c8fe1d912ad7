import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createLocalStore, type ObjectStore } from "@holdfast/storage";
import pg from "pg";
import { z } from "zod";
import { idFile } from "../../../platform/data-folder.ts";
import { missingRight } from "../../../platform/database/missing-right.ts";
import { newId } from "../../../platform/ids.ts";
import { defineJob, type JobContext } from "../../../platform/jobs/job.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import type { BackupRow } from "../backups.queries.ts";
import { type RestoredInstance, readManifest, restoreInstance } from "../restore/instance/restore-instance.ts";
import { quoted } from "../snapshot/catalogue-tables.ts";
import { NoRoom } from "../snapshot/trees/free-space.ts";
import * as states from "../states/rehearsal-states.queries.ts";
import { overlap, rehearsalFolder } from "../targets/own-folders.ts";
import { folderOf } from "../targets/target-row.ts";
import { listTargets } from "../targets/targets.queries.ts";
import { explainFailure } from "../work/explain-failure.ts";
import { watcherNotifier } from "../work/notify-watchers.ts";
import { withLock } from "../work/scope-lock.ts";
import * as queries from "./rehearsals.queries.ts";

export const rehearseJob = defineJob({
  name: "backups.rehearse",
  payload: z.object({ now: z.boolean().default(false) }),
  // Asked daily, done weekly: a week's rehearsal that was missed is caught up the next day.
  cron: "41 4 * * *",
  expireInSeconds: 23 * 3600,
  retryLimit: 2,
});

const EVERY_DAYS = 6.5;
const AGAIN_AFTER_MS = 60_000;
const DATABASE_PREFIX = "holdfast_rehearsal_";
const MARGIN_BYTES = 256 * 1024 * 1024;

/**
 * Proves that the newest server backup can be restored, by doing so: into a scratch database and a scratch store, which are removed
 * afterwards. Every row is counted, every stored byte read back and hashed. The verdict is a row of `rehearsals`.
 */
export async function rehearse(deps: BackupsDeps, now: boolean, context: JobContext): Promise<void> {
  const began = await withLock(deps.db, { name: "rehearsal" }, async () => {
    const last = await queries.findLast.first(deps.db);
    await states.failAbandonedRehearsals.count(deps.db, "The worker ended in the middle of it.");
    // What a worker that was killed has left would take room until the next rehearsal.
    await removeScratch(deps);
    const backup = await queries.findNewestInstanceBackup.first(deps.db);
    if (!backup || (!now && (await isRecent(deps)))) return;
    // The queue tries a job again that has failed. What this one has found out holds, and costs as much as the first time.
    if (context.retryCount && last?.status === "failed" && last.backup_id === backup.id)
      throw new Error(last.error ?? "");
    const id = newId();
    await states.beginRehearsal.count(deps.db, id, backup.id);
    const notify = await watcherNotifier(deps, { id: backup.id, scope: "instance", user_id: null });
    notify();
    try {
      const result = await restoreIntoScratch(deps, backup, context.signal);
      await states.completeRehearsal.count(deps.db, id, result.rows, result.segments, result.bytes);
      context.log.info(
        { backupId: backup.id, rows: result.rows, bytes: result.bytes },
        "rehearsal: the backup restores",
      );
    } catch (error) {
      // It is begun again, by the next try of this job.
      if (context.signal.aborted) throw error;
      context.log.error({ err: error, backupId: backup.id }, "rehearsal: the backup could not be restored");
      await states.failRehearsal.count(deps.db, id, explainFailure(error));
      throw new Error(explainFailure(error), { cause: error });
    } finally {
      notify();
    }
  });
  if (began || !now) return;
  // Asked for while this worker is full of backups.
  const startAfter = new Date(deps.clock.now().getTime() + AGAIN_AFTER_MS);
  await deps.jobs.enqueue(deps.db, rehearseJob, { now }, { startAfter, singletonKey: "again" });
}

async function isRecent(deps: BackupsDeps): Promise<boolean> {
  const at = (await queries.findLastProof.first(deps.db))?.at;
  if (!at) return false;
  return at.getTime() > deps.clock.now().getTime() - EVERY_DAYS * 86_400_000;
}

async function restoreIntoScratch(
  deps: BackupsDeps,
  backup: BackupRow,
  signal: AbortSignal,
): Promise<RestoredInstance> {
  const { repository } = await deps.targets.open(backup.target_id);
  const snapshot = await repository.snapshot(backup.snapshot_id as string);
  const folder = rehearsalFolder(deps.dataDir);
  const name = `${DATABASE_PREFIX}${newId().replaceAll("-", "")}`;
  // What a worker that was killed has left: nobody else rehearses, this is under the lock.
  await removeScratch(deps);
  const scratch = await createLocalStore({ root: folder, anchor: join(deps.dataDir, idFile) });
  const store = deps.room.guardFolder(scratch, folder, "");
  try {
    const { segments } = await readManifest(repository, snapshot.tree);
    const { freeBytes } = await store.probe();
    await deps.room.check(segments.bytes + MARGIN_BYTES);
    if (freeBytes !== null && freeBytes < segments.bytes + MARGIN_BYTES) {
      throw new NoRoom(
        `A test restore needs ${Math.ceil(segments.bytes / 1e6)} MB beside the data, and ${Math.floor(freeBytes / 1e6)} MB are free. Make room on the disk of the data folder.`,
      );
    }
    await onServer(deps.databaseUrl, (client) => createScratch(client, name));
    const url = new URL(deps.databaseUrl);
    url.pathname = `/${name}`;
    // Whoever signs people in here: a database of its own has no Supabase around it.
    const restored = await restoreInstance({
      ...{ repository, snapshot, store, signal, schema: deps.schema(), signIn: "embedded" },
      databaseUrl: url.href,
      dataDir: null,
    });
    await compareBytes(store, restored, signal);
    return restored;
  } finally {
    await store.close();
    await removeScratch(deps);
  }
}

async function createScratch(client: pg.Client, name: string): Promise<void> {
  await client.query(`create database ${quoted(name)}`).catch((error: unknown) => {
    const remedy = missingRight(error, client);
    if (remedy === null) throw error;
    throw new Error(`A test restore needs a database of its own, and the database's user may not make one. ${remedy}`, {
      cause: error,
    });
  });
}

/** Reads back what was stored: as many objects as there are segments, each with the bytes that its name is the hash of. */
async function compareBytes(store: ObjectStore, restored: RestoredInstance, signal: AbortSignal): Promise<void> {
  let count = 0;
  let bytes = 0;
  for await (const { key, size } of store.list("segments/")) {
    signal.throwIfAborted();
    const hash = createHash("sha256");
    await store.get(key, (chunk) => {
      hash.update(chunk);
    });
    if (!key.endsWith(hash.digest("hex"))) throw new Error(`The restored piece ${key} does not have its bytes.`);
    count++;
    bytes += size;
  }
  if (count !== restored.segments || bytes !== restored.bytes) {
    throw new Error(`${count} pieces were read back where ${restored.segments} were restored.`);
  }
}

async function removeScratch({ db, dataDir, databaseUrl }: BackupsDeps): Promise<void> {
  const folder = rehearsalFolder(dataDir);
  for (const target of await listTargets.all(db)) {
    if (target.kind !== "local" || !(await overlap(folderOf(target, dataDir), folder))) continue;
    throw new Error(
      `The target "${target.name}" lies where test restores are made (${folder}). Move its folder, and add it as a new target.`,
    );
  }
  await rm(folder, { recursive: true, force: true });
  await onServer(databaseUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "select datname as name from pg_database where datname like $1 and datdba = (select oid from pg_roles where rolname = current_user)",
      [`${DATABASE_PREFIX.replaceAll("_", "\\_")}%`],
    );
    for (const { name } of rows) await client.query(`drop database if exists ${quoted(name)} with (force)`);
  });
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: "holdfast rehearsal" });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
