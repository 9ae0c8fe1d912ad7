import type { SetupRestore } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { ProblemError } from "../../../../platform/http/problem.ts";

export interface RestoringOptions {
  /** Ends what else of this installation works with the database: its tables are about to go. */
  pause(): Promise<void>;
  /** Begins everything again, on whatever is in the database then. */
  resume(): Promise<void>;
  stopping: AbortSignal;
  log: Logger;
}

/** The restore of an empty installation. It outlives the services of the process, which are built again after it. */
export interface SetupRestoring {
  readonly isRunning: boolean;
  progress(): SetupRestore;
  /** The token that this restore was begun with: while it runs, the table where it lies is away. */
  readonly token: string | null;
  /** Begins; answers at once. `work` says how far it is. Throws busy. */
  begin(start: Beginning, work: (tell: Tell, signal: AbortSignal) => Promise<void>): void;
  /** Resolves when nothing is under way. Never rejects. */
  settled(): Promise<void>;
}

interface Beginning {
  token: string;
  snapshotTime: Date;
  /** A failure as a sentence for people. */
  explain(error: unknown): string;
}

type Tell = (progress: Pick<SetupRestore, "piecesDone" | "piecesTotal" | "bytesDone" | "bytesTotal">) => void;

const nothing = { piecesDone: 0, piecesTotal: 0, bytesDone: 0, bytesTotal: 0, error: null };

export function createSetupRestoring({ pause, resume, stopping, log }: RestoringOptions): SetupRestoring {
  let progress: SetupRestore = { status: "idle", snapshotTime: null, ...nothing };
  let running: Promise<void> | null = null;
  let heldToken: string | null = null;

  async function run({ explain }: Beginning, work: (tell: Tell, signal: AbortSignal) => Promise<void>) {
    let error: string | null = null;
    try {
      await pause();
      await work((counts) => {
        progress = { ...progress, ...counts };
      }, stopping);
      log.warn("this installation was restored from a backup");
    } catch (failure) {
      log.error({ err: failure }, "the restore of this installation failed");
      error = explain(failure);
    }
    // Whoever asks learns of the end when there is somebody to sign in to. One that cannot begin again ends the process.
    if (!stopping.aborted) await resume();
    progress = { ...progress, status: error === null ? "completed" : "failed", error };
  }

  return {
    get isRunning() {
      return running !== null;
    },
    get token() {
      return heldToken;
    },
    progress: () => progress,
    begin(start, work) {
      if (running) throw underWay();
      heldToken = start.token;
      progress = { status: "running", snapshotTime: start.snapshotTime.toISOString(), ...nothing };
      running = run(start, work).finally(() => {
        running = null;
        heldToken = null;
      });
    },
    settled: async () => running?.catch(() => {}),
  };
}

/** What is served while the tables are away. Pages are, and what tells them how far it is. */
const served = new Set(["healthz", "setupRestoreStatus", "setupRestoreProgress"]);

/** Refuses, while a restore runs, whatever would ask the database. To be called before any route is made. */
export function refuseWhileRestoring(app: FastifyInstance, restoring: SetupRestoring): void {
  app.addHook("onRequest", async (request, reply) => {
    if (!restoring.isRunning) return;
    const { operation } = request.routeOptions.config;
    if (served.has(operation?.id ?? "")) return;
    const error = underWay("unavailable");
    // The Auth service answers in words of its own, which know nothing of ours.
    if (/^\/auth(\/|$)/.test(request.url)) {
      return reply.code(503).headers(error.headers).send({ code: 503, error_code: error.code, msg: error.message });
    }
    if (operation || /^\/(api|dav)(\/|$)/.test(request.url)) throw error;
  });
}

export function underWay(code: "busy" | "unavailable" = "busy"): ProblemError {
  const headers = code === "unavailable" ? { headers: { "retry-after": "5" } } : {};
  return new ProblemError(code, "This installation is being restored from a backup. Wait until it is done.", headers);
}
