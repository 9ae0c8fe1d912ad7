import { type GaugeSeries, type Traffic, trafficSteps } from "@holdfast/contract";
import type { Queryable } from "../../../platform/database/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { type Histogram, quantileOf } from "../../../platform/traffic/histogram.ts";
import type { GaugeRow, Kept, PointRow } from "../../../platform/traffic/read.queries.ts";
import * as queries from "../../../platform/traffic/read.queries.ts";

/** Points of one answer. */
const MOST_POINTS = 1_500;
/** Where nobody says how many: about as many as a chart is wide. */
const USUAL_POINTS = 300;
const OPERATIONS = 200;
const NODES = 20;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Asked {
  from?: string | undefined;
  to?: string | undefined;
  step?: number | undefined;
}

/** Four statements, whatever the time that is asked for. */
export async function readTraffic(db: Queryable, asked: Asked, now: Date): Promise<Traffic> {
  const { from, to, step } = rangeOf(asked, now);
  const length = to.getTime() - from.getTime();
  const before = new Date(from.getTime() - length);
  const kept = keptFor(step);
  const points = await queries.readPoints.of(kept).all(db, before, to, step);
  const operations = await queries.readOperations
    .of(kept === "days" ? "days" : "hours")
    .all(db, before, hourOf(from), to, OPERATIONS);
  const gauges = await queries.readGauges.of(kept).all(db, from, to, step, NODES);
  const since = (await queries.readSince.first(db))?.since ?? null;

  const at = timesOf(from, to, step);
  const index = new Map(at.map((time, position) => [time, position]));
  const present = points.filter((row) => row.at >= from);
  const byTime: (PointRow | undefined)[] = at.map(() => undefined);
  for (const row of present) byTime[index.get(row.at.getTime()) ?? -1] = row;
  const number = (pick: (row: PointRow) => number) => byTime.map((row) => (row ? pick(row) : 0));
  const quantile = (share: number) => byTime.map((row) => (row ? quantileIn(row, share) : null));
  return {
    ...{ from: from.toISOString(), to: to.toISOString(), step, since: since?.toISOString() ?? null },
    at: at.map((time) => new Date(time).toISOString()),
    series: {
      requests: number((row) => row.requests),
      clientErrors: number((row) => row.client_errors),
      serverErrors: number((row) => row.server_errors),
      bytesUp: number((row) => row.bytes_up),
      bytesDown: number((row) => row.bytes_down),
      ...{ p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
    },
    usual: usualOf(points.filter((row) => row.at < from)),
    total: totalOf(present),
    operations: operations.map((row) => ({
      ...{ operation: row.operation, requests: row.requests },
      ...{ clientErrors: row.client_errors, serverErrors: row.server_errors },
      ...{ bytesUp: row.bytes_up, bytesDown: row.bytes_down },
      ...{ p50: quantileIn(row, 0.5), p95: quantileIn(row, 0.95), p99: quantileIn(row, 0.99) },
      p95Before: quantileIn({ buckets: row.buckets_before, counts: row.counts_before }, 0.95),
    })),
    gauges: gaugesOf(gauges, index, at.length),
  };
}

/** @throws ProblemError invalid_request */
function rangeOf({ from, to, step }: Asked, now: Date): { from: Date; to: Date; step: number } {
  const end = to === undefined ? now : new Date(to);
  const begin = from === undefined ? new Date(end.getTime() - DAY_MS) : new Date(from);
  const seconds = (end.getTime() - begin.getTime()) / 1000;
  if (seconds <= 0) throw new ProblemError("invalid_request", "query.from: it has to be before `to`.");
  const usual = trafficSteps.find((each) => seconds / each <= USUAL_POINTS) ?? 86_400;
  const chosen = step ?? usual;
  if (seconds / chosen > MOST_POINTS) {
    throw new ProblemError(
      "invalid_request",
      `query.step: ${chosen} s would make more than ${MOST_POINTS} points. Ask for a longer step, or for a shorter time.`,
    );
  }
  // Whole steps: a point that was cut off would look like a collapse.
  const first = Math.floor(begin.getTime() / 1000 / chosen) * chosen;
  return { from: new Date(first * 1000), to: end, step: chosen };
}

function keptFor(step: number): Kept {
  return step < 3600 ? "minutes" : step < 86_400 ? "hours" : "days";
}

function hourOf(time: Date): Date {
  return new Date(Math.floor(time.getTime() / HOUR_MS) * HOUR_MS);
}

function timesOf(from: Date, to: Date, step: number): number[] {
  const count = Math.ceil((to.getTime() - from.getTime()) / 1000 / step);
  return Array.from({ length: count }, (_, n) => from.getTime() + n * step * 1000);
}

type Filled = { buckets: number[] | null; counts: number[] | null };

function quantileIn({ buckets, counts }: Filled, share: number): number | null {
  const value = buckets && counts ? quantileOf({ buckets, counts }, share) : null;
  return value === null ? null : Number(value.toPrecision(3));
}

function usualOf(rows: readonly PointRow[]): Traffic["usual"] {
  if (rows.length === 0) return null;
  const middle = (pick: (row: PointRow) => number) => Math.round(medianOf(rows.map(pick)) ?? 0);
  const quantile = (share: number) =>
    medianOf(rows.map((row) => quantileIn(row, share)).filter((value) => value !== null));
  return {
    requests: middle((row) => row.requests),
    clientErrors: middle((row) => row.client_errors),
    serverErrors: middle((row) => row.server_errors),
    bytesUp: middle((row) => row.bytes_up),
    bytesDown: middle((row) => row.bytes_down),
    ...{ p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
  };
}

export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

function totalOf(rows: readonly PointRow[]): Traffic["total"] {
  const sum = (pick: (row: PointRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const together = mergedOf(rows);
  const quantile = (share: number) => quantileIn(together, share);
  return {
    requests: sum((row) => row.requests),
    clientErrors: sum((row) => row.client_errors),
    serverErrors: sum((row) => row.server_errors),
    bytesUp: sum((row) => row.bytes_up),
    bytesDown: sum((row) => row.bytes_down),
    ...{ p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
  };
}

function mergedOf(rows: readonly Filled[]): { buckets: number[]; counts: number[] } & Histogram {
  const merged = new Map<number, number>();
  for (const { buckets, counts } of rows) {
    for (const [index, bucket] of (buckets ?? []).entries()) {
      merged.set(bucket, (merged.get(bucket) ?? 0) + (counts?.[index] ?? 0));
    }
  }
  const filled = [...merged].sort(([a], [b]) => a - b);
  return { buckets: filled.map(([bucket]) => bucket), counts: filled.map(([, count]) => count) };
}

function gaugesOf(rows: readonly GaugeRow[], index: ReadonlyMap<number, number>, length: number): GaugeSeries[] {
  const series = new Map<string, GaugeSeries>();
  const empty = () => Array.from({ length }, () => null as number | null);
  for (const { at, name, node, sum, mean, high } of rows) {
    const position = index.get(at.getTime());
    if (position === undefined) continue;
    const key = `${name}\n${node}`;
    let of = series.get(key);
    if (!of) series.set(key, (of = { name, node: node || null, mean: empty(), high: empty(), sum: empty() }));
    of.mean[position] = Number(mean.toPrecision(6));
    of.high[position] = Number(high.toPrecision(6));
    of.sum[position] = Number(sum.toPrecision(6));
  }
  return [...series.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
