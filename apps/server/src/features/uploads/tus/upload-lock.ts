import { setTimeout as sleep } from "node:timers/promises";
import { ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { releaseLease, renewLease, takeLease } from "../uploads.queries.ts";

/** A lease is renewed while its request lives. A node that was killed holds nobody up for longer than this. */
const leaseSeconds = 8;
const renewMs = 2000;
/** A newcomer waits longer than a lease: after a crash it gets in without the client having to try again. */
const patienceMs = 12_000;

export interface UploadLock {
  /** The fencing token: what a request records, it records only while `locked_by` is this. */
  readonly token: string;
  /** Aborted when a newer request of the same client wants the upload: write down what you have and let go. */
  readonly wanted: AbortSignal;
  release(): Promise<void>;
}

interface Holder {
  controller: AbortController;
  released: Promise<void>;
}

const holders = new Map<string, Holder>();

/**
 * Takes the only right to write to an upload. A client that lost its connection comes back before the server has noticed: then the
 * older request of this process is told to let go.
 * @throws upload_busy
 */
export async function lockUpload(deps: UploadsDeps, uploadId: string): Promise<UploadLock> {
  const deadline = Date.now() + patienceMs;
  const token = newId();
  for (;;) {
    await yieldUpload(uploadId);
    if ((await takeLease.count(deps.db, uploadId, token, leaseSeconds)) > 0) break;
    if (Date.now() > deadline) {
      throw new ProblemError(
        "upload_busy",
        "Another request is still writing to this upload. Try again in a few seconds.",
        {
          headers: { "retry-after": "5" },
        },
      );
    }
    await sleep(200);
  }
  return hold(deps, uploadId, token);
}

function hold(deps: UploadsDeps, uploadId: string, token: string): UploadLock {
  const controller = new AbortController();
  const { promise: released, resolve } = Promise.withResolvers<void>();
  const holder = { controller, released };
  holders.set(uploadId, holder);
  const timer = setInterval(() => {
    renewLease.count(deps.db, uploadId, token, leaseSeconds).catch(() => {
      // The next one may get through; if none does, the lease runs out and the fencing token keeps writes apart.
    });
  }, renewMs);
  return {
    token,
    wanted: controller.signal,
    release: async () => {
      clearInterval(timer);
      try {
        await releaseLease.count(deps.db, uploadId, token);
      } catch (error) {
        deps.log.warn({ err: error }, "an upload's lock was not released; it runs out by itself");
      }
      if (holders.get(uploadId) === holder) holders.delete(uploadId);
      resolve();
    },
  };
}

/**
 * Makes the request of this process that writes to the upload, if there is one, record what it has and stop. For whoever may write to the
 * upload: the caller has asked. Returns whether there was one.
 */
export async function yieldUpload(uploadId: string): Promise<boolean> {
  const holder = holders.get(uploadId);
  if (!holder) return false;
  holder.controller.abort();
  await holder.released;
  return true;
}
