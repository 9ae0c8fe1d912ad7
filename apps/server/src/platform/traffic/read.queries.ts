import { statement, statementFamily } from "../database/statement.ts";

export type Kept = "minutes" | "hours" | "days";
const tables: readonly Kept[] = ["minutes", "hours", "days"];

interface Sums {
  requests: number;
  client_errors: number;
  server_errors: number;
  bytes_up: number;
  bytes_down: number;
  buckets: number[] | null;
  counts: number[] | null;
}

export interface PointRow extends Sums {
  at: Date;
}

/** Of rows `r` and their histograms `f`. */
const sums = `sum(requests)::bigint as requests, sum(client_errors)::bigint as client_errors, sum(server_errors)::bigint as server_errors,
     sum(bytes_up)::bigint as bytes_up, sum(bytes_down)::bigint as bytes_down, min(f.buckets) as buckets, min(f.counts) as counts`;

/** Everything together by steps of `$3` seconds, where there was anything. */
export const readPoints = statementFamily<Kept, [from: Date, to: Date, seconds: number], PointRow>(tables, (kept) => ({
  text: `with rows as materialized (
     select date_bin(make_interval(secs => $3), at, 'epoch') as at, requests, client_errors, server_errors, bytes_up, bytes_down, buckets, counts
     from holdfast.traffic_${kept} where at >= $1 and at < $2 and operation = '*'
   ), filled as (
     select at, array_agg(bucket order by bucket)::int[] as buckets, array_agg(n order by bucket)::int[] as counts
     from (select at, b.bucket, sum(b.n) as n from rows, unnest(buckets, counts) as b(bucket, n) group by 1, 2) s group by 1
   )
   select r.at, ${sums}
   from rows r left join filled f using (at) group by r.at order by r.at`,
}));

export interface OperationRow extends Sums {
  operation: string;
  /** Of the time before. */
  buckets_before: number[] | null;
  counts_before: number[] | null;
}

/** Each operation from `$2` to `$3`, most requests first, and how long it took from `$1` to `$2`. */
export const readOperations = statementFamily<
  "hours" | "days",
  [before: Date, from: Date, to: Date, atMost: number],
  OperationRow
>(["hours", "days"], (kept) => ({
  text: `with rows as materialized (
     select *, at < $2 as earlier from holdfast.traffic_${kept} where at >= $1 and at < $3 and operation <> '*'
   ), filled as (
     select operation, earlier, array_agg(bucket order by bucket)::int[] as buckets, array_agg(n order by bucket)::int[] as counts
     from (select operation, earlier, b.bucket, sum(b.n) as n from rows, unnest(buckets, counts) as b(bucket, n) group by 1, 2, 3) s group by 1, 2
   )
   select r.operation, ${sums},
     min(e.buckets) as buckets_before, min(e.counts) as counts_before
   from rows r left join filled f on f.operation = r.operation and not f.earlier left join filled e on e.operation = r.operation and e.earlier
   where not r.earlier group by r.operation order by requests desc, r.operation limit $4`,
}));

export interface GaugeRow {
  at: Date;
  name: string;
  node: string;
  sum: number;
  mean: number;
  high: number;
}

/** Gauges of the installation and of up to `$4` of its processes, those that were seen last. */
export const readGauges = statementFamily<Kept, [from: Date, to: Date, seconds: number, nodes: number], GaugeRow>(
  tables,
  (kept) => ({
    text: `with rows as materialized (select * from holdfast.gauge_${kept} where at >= $1 and at < $2),
     seen as (select node from rows where node <> '' group by node order by max(at) desc limit $4)
     select date_bin(make_interval(secs => $3), at, 'epoch') as at, name, node, sum(sum) as sum, sum(sum) / sum(n) as mean, max(high) as high
     from rows where node = '' or node in (select node from seen) group by 1, 2, 3 order by 1`,
  }),
);

/** When the first of all was written. */
export const readSince = statement<[], { since: Date | null }>(
  "select min(at) as since from holdfast.traffic_days where operation = '*'",
);
