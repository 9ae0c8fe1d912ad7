import { mkdir, mkdtemp, rmdir, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { BackupTarget } from "@holdfast/contract";
import { audit } from "../../../platform/audit/audit.ts";
import { sqlState, type Tx } from "../../../platform/database/database.ts";
import { keepAnswer } from "../../../platform/http/idempotency/idempotency.ts";
import type { Origin, Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { explainFailure } from "../work/explain-failure.ts";
import { withoutPaths } from "../work/without-paths.ts";
import { refuseTaken } from "./own-folders.ts";
import { seal } from "./password.ts";
import { folderOf, locationOf, type S3Settings, type TargetRow } from "./target-row.ts";
import * as queries from "./targets.queries.ts";

export async function toTarget(deps: BackupsDeps, row: TargetRow, who: Pick<Principal, "role">): Promise<BackupTarget> {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    location: who.role === "admin" ? locationOf(row, deps.dataDir) : null,
    isDefault: row.is_default,
    sameDisk: row.kind === "local" && (await isSameDisk(folderOf(row, deps.dataDir), deps.dataDir)),
    lastTestAt: row.last_test_at?.toISOString() ?? null,
    lastTestError:
      who.role === "admin" || row.last_test_error === null
        ? row.last_test_error
        : withoutPaths(row.last_test_error, locationOf(row, deps.dataDir)),
    createdAt: row.created_at.toISOString(),
  };
}

/** By the file system's device. A folder that is not there yet is judged by where it would be made. */
async function isSameDisk(folder: string, dataDir: string): Promise<boolean> {
  for (let path = folder; ; path = join(path, "..")) {
    const found = await stat(path).catch(() => null);
    if (found) return found.dev === (await stat(dataDir)).dev;
    if (path === "/" || join(path, "..") === path) return false;
  }
}

export async function listTargets(deps: BackupsDeps, who: Principal): Promise<BackupTarget[]> {
  const rows = await queries.listTargets.all(deps.db);
  return Promise.all(rows.map((row) => toTarget(deps, row, who)));
}

export type NewTarget =
  | { kind: "local"; name: string; folder: string }
  | ({ kind: "s3"; name: string; secretAccessKey: string } & S3Settings);

/** Adds a target that could be written, read and deleted from just now. Throws name_taken, target_unusable. */
export async function createTarget(
  deps: BackupsDeps,
  who: Principal,
  origin: Origin,
  wanted: NewTarget,
): Promise<BackupTarget> {
  if (wanted.kind === "local" && !isAbsolute(wanted.folder)) {
    throw new ProblemError(
      "target_unusable",
      `Give the folder's whole path; "${wanted.folder}" does not begin at the root.`,
    );
  }
  const { kind, name, ...rest } = wanted;
  const { secretAccessKey, ...settings } = { secretAccessKey: undefined, ...rest };
  const row: TargetRow = {
    ...{ id: newId(), name, kind, settings, is_default: false, created_at: deps.clock.now() },
    sealed_secret: secretAccessKey === undefined ? null : seal(await deps.targets.password(), secretAccessKey),
    ...{ last_test_at: deps.clock.now(), last_test_error: null, repository_id: null },
  };
  await refuseTaken(deps, row, await queries.listTargets.all(deps.db));
  if (wanted.kind === "local") await tryFolder(wanted.folder);
  const { ok, detail } = await tryTarget(deps, row);
  if (!ok) throw new ProblemError("target_unusable", detail);
  const target = await toTarget(deps, row, who);
  await write(deps, async (tx) => {
    const { id, sealed_secret, created_at, last_test_at } = row;
    await queries.insertTarget.count(
      tx,
      ...([id, name, kind, JSON.stringify(row.settings), sealed_secret, created_at, last_test_at] as const),
    );
    await audit(tx, origin, { action: "target.create", targetId: row.id, detail: { name, kind } });
    await keepAnswer(tx, target);
  });
  return target;
}

/**
 * Makes the folder (not those above it: a wrong path should be noticed) and something in it. Not left to the store, whose `mkdir` of many
 * levels never returns where a file system takes no folders (/proc).
 */
async function tryFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    await rmdir(await mkdtemp(join(folder, ".holdfast-")));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "the folder above it does not exist"
        : code === "EROFS"
          ? "it is read-only for Holdfast. Under systemd, name it in ReadWritePaths of the unit"
          : `the system refuses it, ${code}`;
    throw new ProblemError("target_unusable", `The folder ${folder} cannot be used: ${why}.`);
  }
}

/** Throws not_found, name_taken. */
export async function updateTarget(
  deps: BackupsDeps,
  who: Principal,
  origin: Origin,
  id: string,
  change: { name?: string | undefined; isDefault?: true | undefined },
): Promise<BackupTarget> {
  await deps.targets.row(id);
  await write(deps, async (tx) => {
    if (change.isDefault) await queries.clearDefault.count(tx);
    await queries.updateTarget.count(tx, id, change.name ?? null, change.isDefault ?? false);
    await audit(tx, origin, { action: "target.update", targetId: id, detail: { ...change } });
  });
  return toTarget(deps, await deps.targets.row(id), who);
}

/** Throws not_found, busy where a backup or a schedule needs it, or it is the default. */
export async function deleteTarget(deps: BackupsDeps, origin: Origin, id: string): Promise<void> {
  const row = await deps.targets.row(id);
  if (row.is_default) throw new ProblemError("busy", "This is the default target. Make another one the default first.");
  await deps.db.transaction(async (tx) => {
    const used = await queries.countUses.first(tx, id);
    if (used && used.backups + used.schedules > 0) {
      throw new ProblemError(
        "busy",
        `${used.backups} backups and ${used.schedules} schedules use this target. Delete or change them first.`,
      );
    }
    await queries.deleteBackupsOf.count(tx, id);
    await queries.deleteTarget.count(tx, id);
    await audit(tx, origin, { action: "target.delete", targetId: id, detail: { name: row.name } });
  });
}

/** Tries a target and notes the result. Throws not_found. */
export async function testTarget(deps: BackupsDeps, id: string): Promise<Trial> {
  const row = await deps.targets.row(id);
  const trial = await tryTarget(deps, row);
  await queries.recordTest.count(deps.db, id, trial.ok ? null : trial.detail);
  return trial;
}

interface Trial {
  ok: boolean;
  detail: string;
  freeBytes: number | null;
}

async function tryTarget(deps: BackupsDeps, row: TargetRow): Promise<Trial> {
  try {
    const store = await deps.targets.openStore(row);
    try {
      const repository = await deps.targets.openRepository(row, store);
      const { freeBytes } = await store.probe();
      const detail = repository
        ? "It can be used, and its repository opens with the password of this installation."
        : "It can be used; its repository is made by the first backup.";
      return { ok: true, detail, freeBytes };
    } finally {
      await store.close();
    }
  } catch (error) {
    return { ok: false, detail: explainFailure(error), freeBytes: null };
  }
}

async function write(deps: BackupsDeps, work: (tx: Tx) => Promise<void>): Promise<void> {
  try {
    await deps.db.transaction(work);
  } catch (error) {
    if (sqlState(error) !== "23505") throw error;
    throw new ProblemError("name_taken", "Another target has this name.");
  }
}
