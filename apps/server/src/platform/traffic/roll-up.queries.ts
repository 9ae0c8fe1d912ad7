import { statement, statementFamily } from "../database/statement.ts";

/** Hours whose minutes are to be summed up again, oldest first. Who writes a minute of one waits until this transaction ends. */
export const takeDue = statement<[atMost: number], { hour: Date }>(
  `delete from holdfast.statistics_due where hour in (select hour from holdfast.statistics_due order by hour limit $1) returning hour`,
);

interface Step {
  readonly from: "minutes" | "hours";
  readonly into: "hours" | "days";
  readonly unit: "hour" | "day";
}

/** Each time is summed up as a whole from what it is made of, so that to do it again changes nothing. */
export const steps: readonly Step[] = [
  { from: "minutes", into: "hours", unit: "hour" },
  { from: "hours", into: "days", unit: "day" },
];

export const sumTraffic = statementFamily<Step, [at: Date]>(steps, ({ from, into, unit }) => ({
  text: `with rows as materialized (
     select * from holdfast.traffic_${from} where at >= $1::timestamptz and at < $1::timestamptz + interval '1 ${unit}'
   ), filled as (
     select operation, array_agg(bucket order by bucket)::smallint[] as buckets, array_agg(n order by bucket)::bigint[] as counts
     from (select operation, b.bucket, sum(b.n) as n from rows, unnest(buckets, counts) as b(bucket, n) group by 1, 2) s group by 1
   )
   insert into holdfast.traffic_${into} as t (at, operation, requests, client_errors, server_errors, bytes_up, bytes_down, buckets, counts)
   select $1, operation, sum(requests), sum(client_errors), sum(server_errors), sum(bytes_up), sum(bytes_down),
     coalesce(min(f.buckets), '{}'), coalesce(min(f.counts), '{}')
   from rows r left join filled f using (operation) group by operation
   on conflict (at, operation) do update set requests = excluded.requests, client_errors = excluded.client_errors,
     server_errors = excluded.server_errors, bytes_up = excluded.bytes_up, bytes_down = excluded.bytes_down,
     buckets = excluded.buckets, counts = excluded.counts`,
}));

export const sumGauges = statementFamily<Step, [at: Date]>(steps, ({ from, into, unit }) => ({
  text: `insert into holdfast.gauge_${into} (at, name, node, n, sum, low, high)
   select $1, name, node, sum(n), sum(sum), min(low), max(high)
   from holdfast.gauge_${from} where at >= $1::timestamptz and at < $1::timestamptz + interval '1 ${unit}' group by name, node
   on conflict (at, name, node) do update set n = excluded.n, sum = excluded.sum, low = excluded.low, high = excluded.high`,
}));

export const ensurePartitions = statement<[], { ensure_statistics_partitions: unknown }>(
  "select holdfast.ensure_statistics_partitions()",
);

export const dropOld = statement<[whole: string, months: number], { drop_old_statistics: unknown }>(
  "select holdfast.drop_old_statistics($1, $2)",
);
