import { statement } from "./statement.ts";

export interface DatabaseCounts {
  cache_hits: number;
  cache_misses: number;
  deadlocks: number;
  max_connections: number;
  live_rows: number;
  dead_rows: number;
}

export const findCounts = statement<[], DatabaseCounts>(
  `select d.blks_hit as cache_hits, d.blks_read as cache_misses, d.deadlocks,
     current_setting('max_connections')::int as max_connections,
     (select coalesce(sum(n_live_tup), 0)::float8 from pg_stat_user_tables) as live_rows,
     (select coalesce(sum(n_dead_tup), 0)::float8 from pg_stat_user_tables) as dead_rows
   from pg_stat_database d where d.datname = current_database()`,
  { notNull: ["cache_hits", "cache_misses", "deadlocks"] },
);

/** Those that a role may see: of others only their number. */
export const findActivity = statement<[], { state: string; connections: number; oldest_seconds: number }>(
  `select case when state in ('active', 'idle', 'idle in transaction') then state else 'other' end as state, count(*)::int as connections,
     coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 as oldest_seconds
   from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() group by 1`,
);

/** Of this server's replicas; a role without the rights to look sees how many there are. */
export const findReplication = statement<
  [],
  { replicas: number; lag_bytes: number | null; lag_seconds: number | null }
>(
  `select count(*)::int as replicas,
     (case when pg_is_in_recovery() then null else max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) end)::float8 as lag_bytes,
     (case when count(*) = 0 then null else coalesce(max(extract(epoch from replay_lag)), 0) end)::float8 as lag_seconds
   from pg_stat_replication`,
);

export const findSize = statement<[], { bytes: number }>("select pg_database_size(current_database()) as bytes");
