import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "../errors.ts";
import type { ByteRange, ObjectStore, OnOpen, Sink, Spool } from "../object-store.ts";

export interface RetryOptions {
  /** Attempts in all, the first included. Default 5. */
  attempts?: number;
  /** Milliseconds before the second attempt; doubles each time. Each wait is random between half and all of it. Default 200. */
  firstDelay?: number;
  /** Milliseconds. Default 10,000. */
  longestDelay?: number;
}

/**
 * The same store, where failures that say they are `retryable` are tried again with growing, jittered pauses. A `get` goes on from the byte
 * its sink has received last; what a sink throws is never retried. A listing is retried only until its first entry.
 */
export function withRetry(store: ObjectStore, options: RetryOptions = {}): ObjectStore {
  const { attempts = 5, firstDelay = 200, longestDelay = 10_000 } = options;

  const retry = async <T>(operation: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await operation();
      } catch (error) {
        if (attempt >= attempts || !(error instanceof StorageError) || !error.retryable) throw error;
        const delay = Math.min(longestDelay, firstDelay * 2 ** (attempt - 1));
        await sleep(delay / 2 + (Math.random() * delay) / 2);
      }
    }
  };

  return {
    put: (key, bytes) => retry(() => store.put(key, bytes)),
    spool: async () => retrySpool(await retry(() => store.spool()), retry),
    get: (key, sink, range, onOpen) => resumeGet(store, { key, sink, range, onOpen }, retry),
    head: (key) => retry(() => store.head(key)),
    delete: (keys) => retry(() => store.delete(keys)),
    move: (from, to) => retry(() => store.move(from, to)),
    async *list(prefix) {
      const first = await retry(async () => {
        const entries = store.list(prefix)[Symbol.asyncIterator]();
        return { entries, entry: await entries.next() };
      });
      try {
        for (let entry = first.entry; !entry.done; entry = await first.entries.next()) yield entry.value;
      } finally {
        await first.entries.return?.();
      }
    },
    leftovers: (options) => retry(() => store.leftovers(options)),
    probe: () => store.probe(),
    close: () => store.close(),
  };
}

type Retry = <T>(operation: () => Promise<T>) => Promise<T>;

function retrySpool(spool: Spool, retry: Retry): Spool {
  return {
    get size() {
      return spool.size;
    },
    write: (bytes) => spool.write(bytes),
    commit: (key, before) => retry(() => spool.commit(key, before)),
    discard: () => spool.discard(),
  };
}

interface Get {
  key: string;
  sink: Sink;
  range: ByteRange | undefined;
  onOpen: OnOpen | undefined;
}

async function resumeGet(store: ObjectStore, { key, sink, range, onOpen }: Get, retry: Retry) {
  let delivered = 0;
  let failure: { error: unknown } | null = null;
  const counting: Sink = async (chunk) => {
    const { length } = chunk;
    try {
      await sink(chunk);
    } catch (error) {
      failure = { error };
      throw error;
    }
    delivered += length;
  };
  const opened: OnOpen = (object) => {
    try {
      onOpen?.(object);
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  let wanted = range;
  await retry(async () => {
    try {
      if (delivered === 0) return await store.get(key, counting, wanted, opened);
      wanted ??= { start: 0, end: (await store.head(key))?.size ?? delivered };
      const start = wanted.start + delivered;
      if (start < wanted.end) await store.get(key, counting, { start, end: wanted.end }, opened);
    } catch (error) {
      // An error of the sink (or of `onOpen`) that looks retryable must not be: it has had these bytes.
      if (failure !== null) return;
      throw error;
    }
  });
  if (failure !== null) throw (failure as { error: unknown }).error;
}
