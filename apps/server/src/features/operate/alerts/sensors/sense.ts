import { X509Certificate } from "node:crypto";
import { readFile, statfs } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { AlertsDeps, TargetState } from "../alerts.deps.ts";
import { explainMail } from "../channels/send.ts";
import type { TrafficReport } from "./traffic.ts";

export type NodeRole = "api" | "worker";

/** How a process of the installation sees itself. It lies in the database for whichever of them judges all. */
export interface NodeReport {
  readonly traffic: TrafficReport | null;
  readonly disk: {
    readonly refused: boolean;
    readonly detail: string /** Of the disk, free, in percent. */;
    readonly freePercent: number;
  };
  /** When the certificate that it serves ends; null: it has none. */
  readonly certificateEndsAt: string | null;
  /** Why the file store cannot be used; null: it can. */
  readonly storeAway: string | null;
  readonly targets: readonly TargetState[];
  /** What is wrong with sign-in. */
  readonly signIn: readonly string[];
  /** Why no mail can be sent; null: it can, or nobody has asked for it. */
  readonly mailAway: string | null;
}

/** Questions that cost others something are asked so much more rarely than the rest. */
const STORE_EVERY = 4;
const SIGN_IN_EVERY = 4;
const MAIL_EVERY = 40;
const WRONG_EVERY = 2;
/** A disk that hangs must not hold up everything else. */
const PATIENCE_MS = 5_000;

/** What this process can say of itself without the database. */
export function createSensors(deps: AlertsDeps, role: NodeRole) {
  const store = remembered(STORE_EVERY, () => failureOf(deps.tryStore()), isSentence);
  const signIn = remembered(
    SIGN_IN_EVERY,
    async () => (await deps.signIn?.()) ?? [],
    (wrong) => wrong.length > 0,
  );
  const mail = remembered(
    MAIL_EVERY,
    () => failureOf(deps.mailer?.verify?.() ?? Promise.resolve(), explainMail),
    isSentence,
  );
  let count = -1;

  return async function sense(): Promise<Omit<NodeReport, "targets">> {
    count++;
    const api = role === "api";
    const [disk, certificateEndsAt, storeAway, wrong, mailAway] = await Promise.all([
      Promise.race([senseDisk(deps), sleep(PATIENCE_MS, silentDisk, { ref: false })]),
      api && deps.certFile !== null ? endOfCertificate(deps.certFile) : null,
      api ? store(count) : null,
      api ? signIn(count) : [],
      mail(count),
    ]);
    return { traffic: api ? deps.traffic.report() : null, disk, certificateEndsAt, storeAway, signIn: wrong, mailAway };
  };
}

const isSentence = (failure: string | null): boolean => failure !== null;

/** Asks every so many times, and gives the last answer in between; while something is wrong, more often. */
function remembered<T>(
  every: number,
  ask: () => Promise<T>,
  isWrong: (answer: T) => boolean,
): (count: number) => Promise<T> {
  let last: T | undefined;
  return async (count) => {
    const often = last !== undefined && isWrong(last) ? Math.min(every, WRONG_EVERY) : every;
    if (last === undefined || count % often === 0) last = await ask();
    return last;
  };
}

/** The store on it says that it is away. */
const silentDisk: NodeReport["disk"] = { refused: false, detail: "The disk does not answer.", freePercent: 100 };

async function senseDisk({ room, dataDir }: Pick<AlertsDeps, "room" | "dataDir">): Promise<NodeReport["disk"]> {
  const { refused, detail } = await room.state();
  const { blocks, bavail } = await statfs(dataDir);
  return { refused, detail, freePercent: Math.floor((100 * bavail) / Math.max(1, blocks)) };
}

/** @returns null where the file cannot be read just now: it is being replaced */
async function endOfCertificate(file: string): Promise<string | null> {
  try {
    return new X509Certificate(await readFile(file)).validToDate.toISOString();
  } catch {
    return null;
  }
}

/** A sentence, or null where it succeeds. */
async function failureOf(
  work: Promise<unknown>,
  explain: (error: unknown) => string = (error) => (error as Error).message,
): Promise<string | null> {
  const late = sleep(PATIENCE_MS, undefined, { ref: false });
  return Promise.race([
    work.then(() => null, explain),
    late.then(() => `It does not answer within ${PATIENCE_MS / 1000} seconds.`),
  ]);
}
