import { join } from "node:path";
import { createRepository, openRepository, type Repository, RepositoryError } from "@holdfast/repository";
import { createLocalStore, createS3Store, type ObjectStore, withRetry } from "@holdfast/storage";
import { idFile } from "../../../platform/data-folder.ts";
import { type Database, execute } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { passwordFile, readOrMakePassword, unseal } from "./password.ts";
import { withPrefix } from "./prefix-store.ts";

export interface TargetRow {
  id: string;
  name: string;
  kind: "local" | "s3";
  settings: { folder?: string } & Partial<S3Settings>;
  sealed_secret: Buffer | null;
  is_default: boolean;
  last_test_at: Date | null;
  last_test_error: string | null;
  created_at: Date;
}

export interface S3Settings {
  endpoint: string | null;
  region: string;
  bucket: string;
  prefix: string;
  accessKeyId: string;
  pathStyle: boolean;
}

export interface OpenTarget {
  readonly row: TargetRow;
  /** Its root is the repository's folder. */
  readonly store: ObjectStore;
  readonly repository: Repository;
}

export interface Targets {
  /** @throws not_found */
  row(id: string | null): Promise<TargetRow>;
  /** A target's store, without looking for a repository in it. The caller closes it. */
  openStore(row: TargetRow): Promise<ObjectStore>;
  /**
   * A target with its repository, kept open. `create` makes the repository where there is none.
   * @throws RepositoryError "no_repository" or "wrong_password"
   */
  open(id: string, options?: { create: boolean }): Promise<OpenTarget>;
  password(): Promise<string>;
  close(): Promise<void>;
}

const columns = "id, name, kind, settings, sealed_secret, is_default, last_test_at, last_test_error, created_at";

/** The targets of an installation. Deriving a repository's key takes a good part of a second, so that each is opened once a process. */
export function createTargets({ db, dataDir }: { db: Database; dataDir: string }): Targets {
  const opened = new Map<string, Promise<OpenTarget>>();

  async function row(id: string | null): Promise<TargetRow> {
    const [found] = await execute<TargetRow>(
      db,
      `select ${columns} from holdfast.backup_targets where case when $1::uuid is null then is_default else id = $1 end`,
      [id],
    );
    if (!found) throw notFound();
    return found;
  }

  async function openStore(target: TargetRow): Promise<ObjectStore> {
    if (target.kind === "local")
      return createLocalStore({
        root: folderOf(target, dataDir),
        ...(target.settings.folder ? {} : { anchor: join(dataDir, idFile) }),
      });
    const { endpoint, region, bucket, prefix, accessKeyId, pathStyle } = target.settings as S3Settings;
    const secretAccessKey = unseal(await readOrMakePassword(dataDir), target.sealed_secret as Buffer);
    const credentials = { accessKeyId, secretAccessKey };
    const options = { bucket, region, pathStyle, credentials, ...(endpoint ? { endpoint } : {}) };
    return withPrefix(withRetry(await createS3Store(options)), prefix);
  }

  async function openNew(id: string, create: boolean): Promise<OpenTarget> {
    const target = await row(id);
    const store = await openStore(target);
    try {
      return { row: target, store, repository: await openOrCreate(store, create) };
    } catch (error) {
      await store.close();
      throw explained(error, target);
    }
  }

  async function openOrCreate(store: ObjectStore, create: boolean): Promise<Repository> {
    const password = await readOrMakePassword(dataDir);
    if (create && (await store.head("config")) === null) {
      try {
        return await createRepository({ store, password });
      } catch (error) {
        // Another process was first.
        if (!(error instanceof RepositoryError && error.code === "exists")) throw error;
      }
    }
    return openRepository({ store, password });
  }

  function explained(error: unknown, target: TargetRow): unknown {
    if (!(error instanceof RepositoryError) || error.code !== "wrong_password") return error;
    return new RepositoryError(
      "wrong_password",
      `The repository of the target "${target.name}" was made with another password than the one in ${passwordFile(dataDir)}: put the right one back (it is in the recovery kit).`,
    );
  }

  return {
    row,
    openStore,
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
    password: () => readOrMakePassword(dataDir),
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
 * nobody could ever read it.
 */
async function isStillThere({ store, repository }: OpenTarget): Promise<boolean> {
  const found = await Promise.all([store.head("config"), store.head(`keys/${repository.keyId}`)]);
  return found.every((object) => object !== null);
}

export function folderOf(target: TargetRow, dataDir: string): string {
  return target.settings.folder ?? join(dataDir, "backups", "default");
}

/** Where a target is, for people and for restic's `-r`. */
export function locationOf(target: TargetRow, dataDir: string): string {
  if (target.kind === "local") return folderOf(target, dataDir);
  const { endpoint, region, bucket, prefix } = target.settings as S3Settings;
  return `s3:${endpoint ?? `https://s3.${region}.amazonaws.com`}/${bucket}/${prefix}`.replace(/\/$/, "");
}
