import os from "node:os";
import { Worker } from "node:worker_threads";
import { RepositoryError, type RepositoryErrorCode } from "../errors.ts";
import type {
  CheckAnswer,
  CheckJob,
  ChunkAnswer,
  ChunkJob,
  CopyJob,
  FinishedPack,
  FromWorker,
  Job,
  OpenAnswer,
  OpenJob,
  StoreJob,
  ToWorker,
  WorkerSettings,
} from "./protocol.ts";

interface Pending {
  resolve(done: unknown): void;
  reject(error: Error): void;
  /** Decides which chunks are to be packed. */
  choose?: (chunks: ChunkAnswer) => Uint8Array;
}

interface Thread {
  worker: Worker;
  pending: Map<number, Pending>;
}

export type StorePack = (pack: FinishedPack) => Promise<void>;

/** Worker threads that do everything that takes the processor's time. They start with the first job; `close` ends them. */
export class WorkerPool {
  /** Threads at most. */
  readonly size: number;
  readonly #settings: WorkerSettings;
  readonly #storePack: StorePack;
  readonly #threads: Thread[] = [];
  readonly #storing = new Set<Promise<void>>();
  #nextJob = 0;
  #failure: Error | null = null;

  constructor(settings: WorkerSettings, options: { size?: number; storePack?: StorePack } = {}) {
    this.size = options.size ?? Math.max(1, Math.min(4, os.availableParallelism()));
    this.#settings = settings;
    this.#storePack = options.storePack ?? (async () => {});
  }

  /** Resolves when every chunk that `choose` wanted is in a pack (which may not be full and stored yet). The slab is free then. */
  async chunk(job: ChunkJob, choose: (chunks: ChunkAnswer) => Uint8Array): Promise<void> {
    await this.#send(this.#leastBusy(), job, choose);
  }

  async pack(job: StoreJob | CopyJob): Promise<void> {
    await this.#send(this.#leastBusy(), job);
  }

  async open(job: OpenJob): Promise<OpenAnswer> {
    return (await this.#send(this.#leastBusy(), job)) as OpenAnswer;
  }

  async check(job: CheckJob): Promise<CheckAnswer> {
    return (await this.#send(this.#leastBusy(), job)) as CheckAnswer;
  }

  /** Resolves when everything that was packed is stored. */
  async flush(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => this.#send(thread, { kind: "flush" })));
    while (this.#storing.size > 0) await Promise.all(this.#storing);
    if (this.#failure !== null) throw this.#failure;
  }

  async close(): Promise<void> {
    this.#fail(new Error("The workers were stopped."));
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
    await Promise.allSettled(this.#storing);
  }

  #send(thread: Thread, work: Job, choose?: Pending["choose"]): Promise<unknown> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const job = this.#nextJob++;
    return new Promise((resolve, reject) => {
      thread.pending.set(job, { resolve, reject, choose });
      this.#post(thread, { job, work });
    });
  }

  #post(thread: Thread, message: ToWorker): void {
    thread.worker.postMessage(message);
  }

  #leastBusy(): Thread {
    let best: Thread | undefined;
    for (const thread of this.#threads) {
      if (best === undefined || thread.pending.size < best.pending.size) best = thread;
    }
    return best === undefined || (best.pending.size > 0 && this.#threads.length < this.size) ? this.#start() : best;
  }

  #start(): Thread {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: this.#settings,
      // Flags of a test runner or a debugger are not for the workers.
      execArgv: [],
      // The garbage is buffers outside of the heap, which V8 collects the later the more room the young generation has.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    const thread: Thread = { worker, pending: new Map() };
    worker.on("message", (message: FromWorker) => this.#receive(thread, message));
    worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", () => this.#fail(new Error("A worker ended before its work.")));
    this.#threads.push(thread);
    return thread;
  }

  #receive(thread: Thread, message: FromWorker): void {
    if ("pack" in message) return this.#store(thread, message.pack);
    const pending = thread.pending.get(message.job);
    if (pending === undefined) return;
    if ("chunks" in message) {
      const wanted = pending.choose?.(message.chunks) ?? new Uint8Array(message.chunks.lengths.length);
      return this.#post(thread, { job: message.job, wanted });
    }
    thread.pending.delete(message.job);
    if ("error" in message) {
      const { code, message: text } = message.error;
      pending.reject(code === undefined ? new Error(text) : new RepositoryError(code as RepositoryErrorCode, text));
    } else {
      pending.resolve(message.done);
    }
  }

  #store(thread: Thread, pack: FinishedPack): void {
    const storing = this.#storePack(pack)
      .then(() => this.#post(thread, { buffer: pack.buffer }))
      .catch((error: unknown) => this.#fail(error as Error))
      .finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    for (const { pending } of this.#threads) {
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    }
  }
}
