import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createRepository, openRepository, type Repository, RepositoryError } from "@holdfast/repository";
import { createLocalStore, createS3Store, type ObjectStore, StorageError, withRetry } from "@holdfast/storage";
import { idFile } from "../../../platform/data-folder.ts";
import type { Database } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { SecretMismatch } from "../../../platform/shared-secrets.ts";
import type { Room } from "../../../platform/storage/room.ts";
import { type OwnFolders, refuseOwnFolders } from "./own-folders.ts";
import { passwordFile, readOrMakePassword, unseal } from "./password.ts";
import { withPrefix } from "./prefix-store.ts";
import { TargetAway } from "./target-away.ts";
import { createTargetLocks } from "./target-locks.ts";
import { folderOf, isBuiltIn, type S3Settings, type TargetRow } from "./target-row.ts";
import * as queries from "./targets.queries.ts";

export interface OpenTarget {
  readonly row: TargetRow;
  /** Its root is the repository's folder. */
  readonly store: ObjectStore;
  readonly repository: Repository;
}

export interface Targets {
  /** Null: the default target. @throws not_found */
  row(id: string | null): Promise<TargetRow>;
  /** A target's store, which the caller closes. @throws TargetAway where its folder is absent, or empty where it held a repository */
  openStore(row: TargetRow): Promise<ObjectStore>;
  /**
   * The repository of a target's store, or null where there has never been one.
   * @throws TargetAway where there is none now, or another one; RepositoryError "wrong_password"
   */
  openRepository(row: TargetRow, store: ObjectStore): Promise<Repository | null>;
  /**
   * A target with its repository, kept open. `create` makes the repository where there has never been one.
   * @throws TargetAway, RepositoryError "no_repository" or "wrong_password"
   */
  open(id: string, options?: { create: boolean }): Promise<OpenTarget>;
  password(): Promise<string>;
  close(): Promise<void>;
}

/** The targets of an installation. Deriving a repository's key takes a good part of a second, so that each is opened once a process. */
export function createTargets(
  options: OwnFolders & { db: Database; databaseUrl: string; room: Room; linkKey: string },
): Targets {
  const { db, dataDir, objects, room } = options;
  const password = (): Promise<string> => readOrMakePassword(db, dataDir, options.linkKey);
  const locks = createTargetLocks(options.databaseUrl);
  const opened = new Map<string, Promise<OpenTarget>>();

  async function row(id: string | null): Promise<TargetRow> {
    const found = await queries.findTarget.first(db, id);
    if (!found) throw notFound();
    return found;
  }

  async function openStore(target: TargetRow): Promise<ObjectStore> {
    if (target.kind === "local") {
      const root = folderOf(target, dataDir);
      // One that was added when nobody looked for this.
      await refuseOwnFolders({ dataDir, objects }, target);
      await refuseAway(target, root);
      const store = await createLocalStore({ root, ...(isBuiltIn(target) ? { anchor: join(dataDir, idFile) } : {}) });
      // Packs alone ask for room: locks, indexes and snapshots are small, and removing old backups needs them.
      return room.guardFolder(store, root, "data/");
    }
    const { endpoint, region, bucket, prefix, accessKeyId, pathStyle } = target.settings as S3Settings;
    const secretAccessKey = unseal(await password(), target.sealed_secret as Buffer);
    const credentials = { accessKeyId, secretAccessKey };
    const options = { bucket, region, pathStyle, credentials, ...(endpoint ? { endpoint } : {}) };
    return withPrefix(withRetry(await createS3Store(options)), prefix);
  }

  /** Before there is a store, which makes what it needs: nothing is made where a disk is not connected. */
  async function refuseAway(target: TargetRow, root: string): Promise<void> {
    // The one in the data folder may be made; any other was there when the target was added.
    if (!isBuiltIn(target) && !(await isThere(root))) throw new TargetAway("absent", target, dataDir);
    if (!(await isThere(join(root, "config"))) && (await hasHeldRepository(target))) {
      throw new TargetAway("empty", target, dataDir);
    }
  }

  async function openKnown(target: TargetRow, store: ObjectStore): Promise<Repository | null> {
    if ((await store.head("config")) === null) {
      if (await hasHeldRepository(target)) throw new TargetAway("empty", target, dataDir);
      return null;
    }
    const guard = locks.guard(target.id);
    const repository = await openRepository({ store, password: await password(), guard });
    if (target.repository_id !== null && target.repository_id !== repository.config.id) {
      throw new TargetAway("other", target, dataDir);
    }
    return repository;
  }

  async function hasHeldRepository(target: TargetRow): Promise<boolean> {
    if (target.repository_id !== null) return true;
    return (await queries.hasSnapshots.first(db, target.id))?.found ?? false;
  }

  async function openNew(id: string, create: boolean): Promise<OpenTarget> {
    const target = await row(id);
    let store: ObjectStore | null = null;
    try {
      store = await openStore(target);
      const repository = (await openKnown(target, store)) ?? (await make(target, store, create));
      await remember(target, repository);
      return { row: target, store, repository };
    } catch (error) {
      await store?.close();
      if (error instanceof TargetAway) await noteTest(id, error.message);
      throw explained(error, target);
    }
  }

  async function make({ id }: TargetRow, store: ObjectStore, create: boolean): Promise<Repository> {
    const made = { store, password: await password(), guard: locks.guard(id) };
    if (create) {
      try {
        return await createRepository(made);
      } catch (error) {
        // Another process was first.
        if (!(error instanceof RepositoryError && error.code === "exists")) throw error;
      }
    }
    return openRepository(made);
  }

  /** Before anything is stored in it: from now on, an empty place is not taken for a new target. */
  async function remember(target: TargetRow, { config }: Repository): Promise<void> {
    if (target.last_test_error !== null) await noteTest(target.id, null);
    if (target.repository_id === config.id) return;
    if ((await queries.recordRepository.count(db, target.id, config.id)) === 0)
      throw new TargetAway("other", target, dataDir);
  }

  async function noteTest(id: string, failure: string | null): Promise<void> {
    await queries.recordTest.count(db, id, failure);
  }

  function explained(error: unknown, target: TargetRow): unknown {
    if (error instanceof SecretMismatch) return new RepositoryError("wrong_password", error.message, { cause: error });
    if (!(error instanceof RepositoryError) || error.code !== "wrong_password") return error;
    return new RepositoryError(
      "wrong_password",
      `The repository of the target "${target.name}" was made with another password than the one in ${passwordFile(dataDir)}: put the right one back (it is in the recovery kit).`,
    );
  }

  return {
    row,
    openStore,
    openRepository: openKnown,
    async open(id, { create } = { create: false }) {
      const known = opened.get(id);
      if (known) {
        const target = await known;
        if (await isStillThere(target)) return target;
        if (opened.get(id) === known) opened.delete(id);
      }
      const again = opened.get(id);
      if (again) return again;
      const opening = openNew(id, create);
      opened.set(id, opening);
      opening.catch(() => opened.delete(id));
      return opening;
    },
    password,
    async close() {
      for (const opening of opened.values()) {
        const target = await opening.catch(() => null);
        await target?.store.close();
      }
      opened.clear();
    },
  };
}

/**
 * Whether what was opened is what lies there: were the folder emptied meanwhile, a backup into it would have neither config nor key, and
 * nobody could ever read it. A place that cannot be asked is looked at again from the beginning, which says what is wrong with it.
 */
async function isStillThere({ store, repository }: OpenTarget): Promise<boolean> {
  try {
    const found = await Promise.all([store.head("config"), store.head(`keys/${repository.keyId}`)]);
    return found.every((object) => object !== null);
  } catch (error) {
    if (error instanceof StorageError) return false;
    throw error;
  }
}

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => {
      if (code === "ENOENT" || code === "ENOTDIR") return false;
      // What the system refuses is for the store to say.
      return true;
    },
  );
}
