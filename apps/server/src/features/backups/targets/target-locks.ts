import { type LockGuard, RepositoryError } from "@holdfast/repository";
import pg from "pg";
import { tryLock, unlock } from "../../../platform/database/advisory-lock.ts";

export interface TargetLocks {
  /** What stands around the locks in a target's repository, for all processes that share the database. */
  guard(targetId: string): LockGuard;
}

/** The connection whose locks these are, and who in this process uses them. */
interface Session {
  client: pg.Client;
  lost: AbortController;
  users: number;
  /** How many share a target's lock; -1: one has it alone. */
  holders: Map<string, number>;
}

/**
 * A lock of PostgreSQL for each target, beside the one in its repository: shared or exclusive, as that is. It ends with its connection, so that
 * it says for certain who lives, which a lock in a bucket cannot. One connection carries those of a process, and is there while one is held.
 */
export function createTargetLocks(databaseUrl: string): TargetLocks {
  let session: Promise<Session> | null = null;
  // One at a time takes or gives back: what is counted here and what PostgreSQL holds are the same.
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  async function open(): Promise<Session> {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: "holdfast target locks" });
    const lost = new AbortController();
    const made: Session = { client, lost, users: 0, holders: new Map() };
    const lose = (): void => {
      session = null;
      lost.abort(
        new RepositoryError("lock_lost", "The connection to the database broke, and the target's lock with it."),
      );
    };
    client.on("error", lose);
    client.on("end", lose);
    await client.connect();
    return made;
  }

  function take(targetId: string, exclusive: boolean): Promise<Session> {
    return inTurn(async () => {
      session ??= open();
      session.catch(() => {
        session = null;
      });
      const now = await session;
      const held = now.holders.get(targetId) ?? 0;
      const free = exclusive ? held === 0 : held >= 0;
      const got =
        free && (held > 0 || (await tryLock(now.client, nameOf(targetId), exclusive ? "exclusive" : "shared")));
      if (!got) {
        await endIfUnused(now);
        throw new RepositoryError("locked", "Another process of this installation uses the repository.");
      }
      now.holders.set(targetId, exclusive ? -1 : held + 1);
      now.users++;
      return now;
    });
  }

  function giveBack(from: Session, targetId: string): Promise<void> {
    return inTurn(async () => {
      const held = from.holders.get(targetId) ?? 0;
      from.holders.set(targetId, Math.max(0, held - 1));
      from.users--;
      if (from.lost.signal.aborted) return;
      // Where this fails, the connection has: it ends, and the lock does.
      if (held <= 1) await unlock(from.client, nameOf(targetId), held < 0 ? "exclusive" : "shared").catch(() => {});
      await endIfUnused(from);
    });
  }

  async function endIfUnused(unused: Session): Promise<void> {
    if (unused.users > 0) return;
    session = null;
    unused.client.removeAllListeners("end");
    await unused.client.end().catch(() => {});
  }

  return {
    guard:
      (targetId) =>
      async ({ exclusive, signal }, work) => {
        const taken = await take(targetId, exclusive);
        const { signal: lost } = taken.lost;
        try {
          return await work(signal === undefined ? lost : AbortSignal.any([signal, lost]));
        } finally {
          await giveBack(taken, targetId);
        }
      },
  };
}

function nameOf(targetId: string): string {
  return `repository of target ${targetId}`;
}
