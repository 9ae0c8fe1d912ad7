import { statement } from "../database/statement.ts";

/**
 * Tallies of one process, each under a name of its own: sent again, it changes nothing. Says which hours are to be summed up again; who sums one up
 * waits for this to commit, so that no minute is left out.
 */
export const writeMinutes = statement<[node: string, operations: string, gauges: string]>(
  `with operations as (
     insert into holdfast.traffic_minutes (at, operation, process, requests, client_errors, server_errors, bytes_up, bytes_down, buckets, counts)
     select m.at, m.operation, m.process, m.requests, m.client_errors, m.server_errors, m.bytes_up, m.bytes_down, m.buckets, m.counts
     from jsonb_to_recordset($2::jsonb) as m(at timestamptz, operation text, process text, requests bigint, client_errors bigint, server_errors bigint,
       bytes_up bigint, bytes_down bigint, buckets smallint[], counts bigint[])
     on conflict do nothing
   ), gauges as (
     insert into holdfast.gauge_minutes (at, name, process, node, n, sum, low, high)
     select g.at, g.name, g.process, $1, g.n, g.sum, g.low, g.high
     from jsonb_to_recordset($3::jsonb) as g(at timestamptz, name text, process text, n bigint, sum float8, low float8, high float8)
     on conflict do nothing
   )
   insert into holdfast.statistics_due (hour)
   select distinct date_trunc('hour', m.at, 'UTC') from (
     select at from jsonb_to_recordset($2::jsonb) as m(at timestamptz) union all select at from jsonb_to_recordset($3::jsonb) as g(at timestamptz)) m
   order by 1
   on conflict (hour) do update set hour = excluded.hour`,
);
