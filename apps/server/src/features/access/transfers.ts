import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import type { Logger } from "pino";
import type { Database } from "../../platform/database/database.ts";
import type { Listener } from "../../platform/database/listen.ts";
import type { Intent } from "./intents.ts";
import { mayEach, type Wish } from "./judge-many.ts";

/** Bytes on their way to somebody or from them, of files in others' spaces. */
export interface Transfers {
  /**
   * From now on, until the answer has ended: where somebody may no longer do this with one of the files, the connection is cut within a second.
   * Nothing is done about one's own root.
   */
  watch(on: Connection, principalId: string, fileIds: readonly (string | null)[], intent: Intent): void;
  close(): void;
}

export interface Connection {
  readonly raw: IncomingMessage;
  readonly answer: ServerResponse;
}

interface Transfer {
  /** How many changes had been heard of when it began. */
  readonly heard: number;
  /** Watched before it is decided whether it may begin: a decision after a change knows the change, and has an answer. */
  readonly undecided: boolean;
  readonly wishes: readonly Wish[];
  end(): void;
}

/** NOTIFY on it says that who may what has changed (see the migrations). */
export const grantsChannel = "holdfast_grants";
/** Changes of so long are judged together: many at once must not ask for each. */
const TOGETHER_MS = 100;
const AGAIN_MS = 1_000;

export async function watchTransfers({
  db,
  listener,
  log,
}: {
  db: Database;
  listener: Listener;
  log: Logger;
}): Promise<Transfers> {
  const transfers = new Set<Transfer>();
  let timer: NodeJS.Timeout | null = null;
  let judging = false;
  let closed = false;
  let heard = 0;

  const judgeSoon = (delay = TOGETHER_MS): void => {
    if (closed) return;
    timer ??= setTimeout(judgeAll, delay).unref();
  };
  async function judgeAll(): Promise<void> {
    timer = null;
    if (judging) return judgeSoon();
    judging = true;
    try {
      const all = [...transfers].filter((transfer) => !transfer.undecided || transfer.heard < heard);
      const wishes = all.flatMap((transfer) => transfer.wishes);
      const answers = await mayEach(db, wishes);
      let at = 0;
      for (const { wishes: own, end } of all) {
        const may = answers.slice(at, at + own.length).every(Boolean);
        at += own.length;
        if (!may) end();
      }
    } catch (err) {
      log.warn({ err }, "who may still have what is being sent could not be asked; asking again");
      judgeSoon(AGAIN_MS);
    } finally {
      judging = false;
    }
  }
  const onChange = (): void => {
    heard++;
    judgeSoon();
  };
  const leave = await listener.subscribe(grantsChannel, onChange, onChange);

  return {
    watch({ raw, answer }, principalId, fileIds, intent) {
      const files = fileIds.filter((id) => id !== null && id !== principalId) as string[];
      if (files.length === 0 || answer.destroyed) return;
      const transfer: Transfer = {
        heard,
        undecided: intent === "add",
        wishes: files.map((fileId) => ({ principalId, fileId, intent })),
        end() {
          if (answer.writableFinished) return;
          // All of it has come, and is about to be judged and answered.
          if (intent === "add" && raw.complete && !answer.headersSent) return;
          log.info({ principalId, intent }, "a transfer was ended: the role on the file was taken back");
          cut(raw, answer);
        },
      };
      transfers.add(transfer);
      answer.once("close", () => transfers.delete(transfer));
    },
    close() {
      closed = true;
      leave();
      if (timer) clearTimeout(timer);
      transfers.clear();
    },
  };
}

/** A reset, not an end: what waits in buffers on the way is not read any more. */
function cut(raw: IncomingMessage, answer: ServerResponse): void {
  // As if the client had gone: what reads the body knows what to do then.
  if (!raw.complete) return void raw.destroy(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
  const socket = answer.socket;
  if (socket && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
  answer.destroy();
}
