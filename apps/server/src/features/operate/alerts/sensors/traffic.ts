import type { FastifyInstance } from "fastify";
import { boundOf, bucketOf } from "../../../../platform/traffic/histogram.ts";

/** What a process has answered in the last five minutes. */
export interface TrafficReport {
  readonly requests: number;
  /** Answered with an error that is the server's own fault. */
  readonly failed: number;
  /** How many took as long as each bucket of `platform/traffic/histogram.ts` says. */
  readonly times: readonly number[];
}

export interface Traffic {
  record(status: number, ms: number): void;
  report(): TrafficReport;
}

const MINUTES = 5;
interface Minute {
  at: number;
  requests: number;
  failed: number;
  times: number[];
}

export function createTraffic(now: () => number = () => performance.now()): Traffic {
  const ring: Minute[] = [];

  function current(): Minute {
    const at = Math.floor(now() / 60_000);
    while (ring[0] && ring[0].at <= at - MINUTES) ring.shift();
    const last = ring.at(-1);
    if (last?.at === at) return last;
    const minute = { at, requests: 0, failed: 0, times: [] };
    ring.push(minute);
    return minute;
  }

  return {
    record(status, ms) {
      const minute = current();
      minute.requests++;
      if (isOurFault(status)) minute.failed++;
      add(minute.times, bucketOf(ms), 1);
    },
    report() {
      current();
      return sumTraffic(ring);
    },
  };
}

/** 503 and 507 are told by alerts of their own: the database is away, a disk is full. */
function isOurFault(status: number): boolean {
  return status >= 500 && status !== 503 && status !== 507;
}

/** Every bucket up to the highest has a number: holes would not survive JSON. */
function add(times: number[], bucket: number, count: number): void {
  while (times.length <= bucket) times.push(0);
  times[bucket] = (times[bucket] as number) + count;
}

export function sumTraffic(parts: readonly TrafficReport[]): TrafficReport {
  const times: number[] = [];
  for (const part of parts) part.times.forEach((count, bucket) => add(times, bucket, count));
  return {
    requests: parts.reduce((sum, { requests }) => sum + requests, 0),
    failed: parts.reduce((sum, { failed }) => sum + failed, 0),
    times,
  };
}

/** The time within which 95 of 100 requests were answered, in ms, rounded up by at most a fifth. */
export function slowest({ requests, times }: TrafficReport): number {
  let above = 0;
  for (let index = times.length - 1; index > 0; index--) {
    above += times[index] ?? 0;
    if (above > requests / 20) return boundOf(index);
  }
  return boundOf(0);
}

/** Bytes take as long as the client's network does, and streams last: neither says how fast the server is. */
export function watchTraffic(app: FastifyInstance, traffic: Traffic): void {
  app.addHook("onResponse", async ({ routeOptions: { config } }, reply) => {
    const { operation } = config;
    if (!operation || operation.tag === "system" || reply.elapsedTime === undefined) return;
    if (operation.body === "bytes" || typeof operation.result === "string") return;
    traffic.record(reply.statusCode, reply.elapsedTime);
  });
}
