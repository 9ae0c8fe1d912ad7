import type { ObjectStore } from "@holdfast/storage";
import { Cipher, type MasterKey } from "./crypto/cipher.ts";
import { RepositoryError } from "./errors.ts";
import { type Config, createConfig, loadConfig } from "./format/config.ts";
import { listDocuments } from "./format/files.ts";
import { type KeyInfo, listKeys, openKey, randomMasterKey, storeKey } from "./format/keys.ts";
import { loadSnapshots, type Snapshot } from "./format/snapshot.ts";
import { loadIndexFiles } from "./index/index-files.ts";
import { RepositoryIndex } from "./index/repository-index.ts";
import { type LockInfo, listLocks, withLock } from "./locks.ts";
import type { WorkerSettings } from "./workers/protocol.ts";

/** Sealed bytes from which on a pack is full, as restic's default. */
const PACK_SIZE = 16 * 1024 * 1024;

export interface OpenOptions {
  /** A store whose root is the repository's folder. */
  store: ObjectStore;
  password: string;
  guard?: LockGuard | undefined;
}

/**
 * Stands around every lock in the store, for programs that share more than the store: runs `work` while none of them holds a lock that stands
 * against this one, and aborts its signal when that is no longer sure. @throws RepositoryError "locked"
 */
export type LockGuard = <T>(
  options: { exclusive: boolean; signal?: AbortSignal | undefined },
  work: (signal: AbortSignal | undefined) => Promise<T>,
) => Promise<T>;

/** Makes a repository in an empty store. @throws RepositoryError "exists". */
export async function createRepository(options: OpenOptions): Promise<Repository> {
  const { store, password, guard } = options;
  if ((await store.head("config")) !== null) {
    throw new RepositoryError("exists", "There is a repository in this place already.");
  }
  const master = randomMasterKey();
  // The config comes last: what has one is a repository, and then its key is there.
  const keyId = await storeKey(store, master, password);
  const config = await createConfig(store, new Cipher(master));
  return new Repository(store, master, config, keyId, guard);
}

/** @throws RepositoryError "wrong_password", "no_repository", "damaged" or "unsupported". */
export async function openRepository(options: OpenOptions): Promise<Repository> {
  const { store, password, guard } = options;
  const { id, master } = await openKey(store, password);
  return new Repository(store, master, await loadConfig(store, new Cipher(master)), id, guard);
}

/** An open repository. It holds no lock and no thread; what works on it takes what it needs. Keeping it open saves deriving its key again. */
export class Repository {
  readonly store: ObjectStore;
  readonly cipher: Cipher;
  readonly config: Config;
  readonly #master: MasterKey;
  readonly #guard: LockGuard;
  #keyId: string;
  #index: RepositoryIndex | null = null;

  constructor(store: ObjectStore, master: MasterKey, config: Config, keyId: string, guard?: LockGuard) {
    this.#guard = guard ?? ((options, work) => work(options.signal));
    this.store = store;
    this.cipher = new Cipher(master);
    this.config = config;
    this.#keyId = keyId;
    this.#master = master;
  }

  /** The key that the password opened. */
  get keyId(): string {
    return this.#keyId;
  }

  /** For the engine: what its threads are started with. */
  get workerSettings(): WorkerSettings {
    const secret = `${this.config.id}${this.config.chunkerPolynomial}`;
    return { key: this.#master, secret, packSize: PACK_SIZE };
  }

  /** @throws RepositoryError "unsupported" for version 1, which has no place for compressed blobs. */
  checkWritable(): void {
    if (this.config.version !== 2) {
      throw new RepositoryError("unsupported", "A repository of version 1 can be read, but not written.");
    }
  }

  /** All snapshots, oldest first. @throws RepositoryError "damaged" where one cannot be read. */
  snapshots(): Promise<Snapshot[]> {
    return loadSnapshots(this.store, this.cipher);
  }

  /** @param id Whole, or its beginning where no other snapshot has the same. @throws RepositoryError "not_found". */
  async snapshot(id: string): Promise<Snapshot> {
    const found = (await this.snapshots()).filter((snapshot) => snapshot.id.startsWith(id));
    if (found.length !== 1) {
      const number = found.length === 0 ? "no snapshot has" : "several snapshots have";
      throw new RepositoryError("not_found", `Of the repository's snapshots, ${number} the id "${id}".`);
    }
    return found[0] as Snapshot;
  }

  /**
   * The index as the store has it now, for one job to hold on to: it stays what it was, and gains what is stored meanwhile. Index files that
   * were read before are not read again; where some of them are gone (a prune), the whole index is read again, into a new one.
   * Snapshots must be listed before it: whoever wrote one wrote its index first.
   */
  async index(): Promise<RepositoryIndex> {
    const known = this.#index;
    // Before the list is made: what another job stores meanwhile may not be in it.
    const before = [...(known?.files ?? [])];
    const present = await listDocuments(this.store, "index");
    const listed = new Set(present);
    const index = known !== null && before.every((id) => listed.has(id)) ? known : this.#replaced(known);
    await loadIndexFiles(this.store, this.cipher, index, present, (_id, error) => {
      throw error;
    });
    return index;
  }

  /** Where several jobs find out at once that an index is out of date, they get one new one. */
  #replaced(outdated: RepositoryIndex | null): RepositoryIndex {
    if (this.#index === outdated || this.#index === null) this.#index = new RepositoryIndex();
    return this.#index;
  }

  /** Runs `work` under one lock, which is renewed meanwhile. @throws RepositoryError "locked" or "lock_lost". */
  withLock<T>(
    options: { exclusive: boolean; signal?: AbortSignal },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { exclusive } = options;
    return this.#guard(options, (signal) =>
      withLock(this.store, this.cipher, { exclusive, ...(signal ? { signal } : {}) }, work),
    );
  }

  /** Who uses the repository now, stale locks included. */
  locks(): Promise<LockInfo[]> {
    return listLocks(this.store, this.cipher);
  }

  /** One for each password, oldest first. */
  keys(): Promise<KeyInfo[]> {
    return listKeys(this.store);
  }

  /** One more password that opens the repository. Returns its key's id. */
  addKey(password: string): Promise<string> {
    return storeKey(this.store, this.#master, password);
  }

  /** @throws RepositoryError "invalid" for the last key, "not_found" for one that is not there. */
  async removeKey(id: string): Promise<void> {
    const keys = await this.keys();
    if (!keys.some((key) => key.id === id)) throw new RepositoryError("not_found", `There is no key "${id}".`);
    if (keys.length === 1) throw new RepositoryError("invalid", "The last key of a repository cannot be removed.");
    await this.store.delete([`keys/${id}`]);
  }

  /** Replaces the password that this repository was opened with. Returns the new key's id; this object keeps working. */
  async changePassword(password: string): Promise<string> {
    const id = await this.addKey(password);
    await this.store.delete([`keys/${this.#keyId}`]);
    this.#keyId = id;
    return id;
  }
}
