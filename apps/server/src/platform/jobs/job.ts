import type { Logger } from "pino";
import type { z } from "zod";
import type { Queryable } from "../database/database.ts";

export interface JobContext {
  /** Aborted when the worker stops: finish the present step and throw, and the job is tried again. */
  signal: AbortSignal;
  log: Logger;
  /** How often this job was tried before. None: it is run by somebody else than the queue. */
  retryCount?: number;
}

/**
 * A job is a name, a payload and a call into a service. Running it twice ends in the same state.
 * The name is the queue's: `<feature>.<verb>`.
 */
export interface JobDefinition<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly payload: S;
  /** Tries after the first before the job has failed for good. Default 5, with growing pauses from `retryDelaySeconds` (5). */
  readonly retryLimit?: number;
  readonly retryDelaySeconds?: number;
  /** A run longer than this counts as dead and is tried again. Default 15 minutes. */
  readonly expireInSeconds?: number;
  /** How many run at once in one worker. Default 1. */
  readonly concurrency?: number;
  /** Runs it by itself: a cron expression in UTC, with an empty payload. */
  readonly cron?: string;
  /** Changes people's files, links or accounts, so that it waits while maintenance mode is on. */
  readonly changesData?: true;
}

export function defineJob<const S extends z.ZodType>(definition: JobDefinition<S>): JobDefinition<S> {
  return definition;
}

/** What a feature hands to the worker: the definition and the code. */
export interface JobHandler<S extends z.ZodType = z.ZodType> {
  readonly definition: JobDefinition<S>;
  run(payload: z.output<S>, context: JobContext): Promise<void>;
}

export function handleJob<S extends z.ZodType>(
  definition: JobDefinition<S>,
  run: (payload: z.output<S>, context: JobContext) => Promise<void>,
): JobHandler {
  return { definition, run } as unknown as JobHandler;
}

export interface EnqueueOptions {
  startAfter?: Date;
  /** At most one job with this key waits in the queue. */
  singletonKey?: string;
}

export interface Jobs {
  /** Enqueues in the transaction `db`: the job exists exactly when what it follows does. */
  enqueue<S extends z.ZodType>(
    db: Queryable,
    job: JobDefinition<S>,
    payload: z.input<S>,
    options?: EnqueueOptions,
  ): Promise<void>;
}
