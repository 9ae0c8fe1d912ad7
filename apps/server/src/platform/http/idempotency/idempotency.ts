import { AsyncLocalStorage } from "node:async_hooks";
import type { Operation } from "@holdfast/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Database, Queryable } from "../../database/database.ts";
import { ProblemError } from "../problem.ts";
import { findAnswer, insertAnswer } from "./idempotency.queries.ts";
import { type AnswerKey, hashRequest, idOf, sealAnswer, unsealAnswer } from "./kept-answers.ts";

/** A request with an Idempotency-Key, while its handler runs. */
interface Attempt {
  /** Stores the answer on `tx`. */
  keep(tx: Queryable, answer: unknown): Promise<void>;
  /** For what is made outside of the transaction: the same id whenever this request is sent. */
  readonly madeId: string;
}

const current = new AsyncLocalStorage<Attempt>();

declare module "fastify" {
  interface FastifyInstance {
    idempotency?: Idempotency;
  }
}

export interface Idempotency {
  /** Runs the handler, or answers what it answered when this request came before. `input` is all that the handler is given. */
  once(
    operation: Operation,
    request: FastifyRequest,
    reply: FastifyReply,
    input: unknown,
    handler: () => unknown,
  ): Promise<unknown>;
}

/**
 * To be called at the end of the transaction that makes something, by every operation that takes the key: what the client will be told is
 * stored with what it tells of, so that the two are there or not there together. Without a key, nothing is stored.
 */
export async function keepAnswer<T>(tx: Queryable, answer: T): Promise<T> {
  await current.getStore()?.keep(tx, answer);
  return answer;
}

/** Whether the request that is being handled has a key: then what it makes needs a transaction, also where one statement would do. */
export function keepsAnswer(): boolean {
  return current.getStore() !== undefined;
}

/** The id for what another service makes for this request, or null without a key: whoever sends again finds it made, and knows it for theirs. */
export function madeIdOfRequest(): string | null {
  return current.getStore()?.madeId ?? null;
}

/**
 * `Idempotency-Key` on the operations that declare it: sent again with the same key and content within a day, a request makes nothing and
 * is answered as the first time. There is a row exactly when something was made, so what failed, or died before its commit, may be sent
 * again at once. Of two at the same time the primary key lets one commit; the other makes nothing, and gets the first one's answer.
 */
export function registerIdempotency(app: FastifyInstance, db: Database, answerKey: AnswerKey): void {
  const underWay = new Map<string, Buffer>();

  async function find(userId: string, key: string, hash: Buffer): Promise<string | null> {
    const row = await findAnswer.first(db, userId, key);
    if (!row) return null;
    if (!row.request_hash.equals(hash)) throw mismatch();
    return unsealAnswer(answerKey, `${userId} ${key}`, row.answer);
  }

  async function attempt(userId: string, key: string, hash: Buffer, handler: () => unknown): Promise<unknown> {
    let kept = false;
    const keep = async (tx: Queryable, answer: unknown) => {
      kept = true;
      const sealed = sealAnswer(answerKey, `${userId} ${key}`, JSON.stringify(answer));
      await insertAnswer.count(tx, userId, key, hash, sealed);
    };
    const madeId = idOf(answerKey, userId, key, hash);
    const answer = await current.run({ keep, madeId }, async () => handler());
    // Nothing was made, such as by asking for a folder that is there already.
    if (!kept) await keep(db, answer);
    return answer;
  }

  app.decorate("idempotency", {
    async once(operation, request, reply, input, handler) {
      const key = keyOf(request);
      if (key === null) return handler();
      const userId = request.principal?.userId as string;
      const hash = hashRequest(answerKey, [operation.id, input]);
      const name = `${userId} ${key}`;
      const other = underWay.get(name);
      if (other) throw other.equals(hash) ? inProgress() : mismatch();
      underWay.set(name, hash);
      try {
        let saved = await find(userId, key, hash);
        if (saved === null) {
          try {
            return await attempt(userId, key, hash, handler);
          } catch (error) {
            // It may have failed because the same request had made it a moment before: on another node, or just before a crash.
            saved = await find(userId, key, hash).catch((reason: unknown) => {
              throw reason instanceof ProblemError ? reason : error;
            });
            if (saved === null) throw error;
          }
        }
        reply.headers({ "idempotent-replayed": "true", "cache-control": "no-store" });
        return JSON.parse(saved) as unknown;
      } finally {
        underWay.delete(name);
      }
    },
  } satisfies Idempotency);
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new ProblemError("invalid_request", "Idempotency-Key must be 1 to 200 visible ASCII characters.");
}

function mismatch(): ProblemError {
  return new ProblemError("idempotency_mismatch", "This Idempotency-Key was used for another request. Use a new one.");
}

function inProgress(): ProblemError {
  return new ProblemError(
    "idempotency_in_progress",
    "The first request with this Idempotency-Key is still running. Send it again in a moment.",
    { headers: { "retry-after": "1" } },
  );
}
