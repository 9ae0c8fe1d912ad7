import { statement } from "../../../platform/database/statement.ts";

interface ServerRow {
  version: string;
  started_at: Date;
  size: number;
  used: number;
  most: number;
  hits: number | null;
  oldest: number | null;
  stats_since: Date | null;
}

export const findServer = statement<[], ServerRow>(
  `select current_setting('server_version') as version, pg_postmaster_start_time() as started_at, pg_database_size(current_database()) as size,
     (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used, current_setting('max_connections')::int as most,
     (d.blks_hit / nullif(d.blks_hit + d.blks_read, 0)::float8) as hits,
     (select max(extract(epoch from clock_timestamp() - xact_start))::int from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()) as oldest,
     d.stats_reset as stats_since
   from pg_stat_database d where d.datname = current_database()`,
  { notNull: ["version", "started_at", "size", "used", "most"] },
);

interface TableRow {
  name: string;
  rows: number;
  dead: number;
  table_bytes: number;
  index_bytes: number;
  vacuumed_at: Date | null;
  analyzed_at: Date | null;
  partitions: number;
}

/** The largest; partitions count for the table that they are of. */
export const listTables = statement<[limit: number], TableRow>(
  `with own as (
     select c.oid, coalesce(i.inhparent, c.oid) as top, i.inhparent is not null as is_part, n.nspname
     from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_inherits i on i.inhrelid = c.oid
     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg\\_temp%')
   select min(tn.nspname || '.' || t.relname) as name, coalesce(sum(s.n_live_tup), 0)::int8 as rows, coalesce(sum(s.n_dead_tup), 0)::int8 as dead,
     coalesce(sum(pg_table_size(o.oid)), 0)::int8 as table_bytes, coalesce(sum(pg_indexes_size(o.oid)), 0)::int8 as index_bytes,
     max(greatest(s.last_vacuum, s.last_autovacuum)) as vacuumed_at, max(greatest(s.last_analyze, s.last_autoanalyze)) as analyzed_at,
     count(*) filter (where o.is_part)::int as partitions
   from own o join pg_class t on t.oid = o.top join pg_namespace tn on tn.oid = t.relnamespace left join pg_stat_user_tables s on s.relid = o.oid
   group by o.top order by sum(pg_total_relation_size(o.oid)) desc, 1 limit $1`,
  { notNull: ["name", "rows", "dead", "table_bytes", "index_bytes", "partitions"] },
);

/** Never used since they are counted, and large enough to matter. What keeps rows unique is used whenever one is written. */
export const listUnusedIndexes = statement<
  [bytes: number, limit: number],
  { table: string; name: string; bytes: number }
>(
  `select s.schemaname || '.' || s.relname as table, s.indexrelname as name, pg_relation_size(s.indexrelid) as bytes
   from pg_stat_user_indexes s join pg_index i on i.indexrelid = s.indexrelid
   where s.idx_scan = 0 and not i.indisunique and pg_relation_size(s.indexrelid) >= $1
   order by 3 desc, 2 limit $2`,
  { notNull: ["table", "name", "bytes"] },
);

export const listScannedTables = statement<
  [rows: number, limit: number],
  { name: string; scans: number; per_scan: number }
>(
  `select schemaname || '.' || relname as name, seq_scan as scans, (seq_tup_read / greatest(seq_scan, 1))::int8 as per_scan
   from pg_stat_user_tables where seq_scan >= 100 and seq_tup_read / greatest(seq_scan, 1) >= $1
   order by seq_tup_read desc limit $2`,
  { notNull: ["name", "scans", "per_scan"] },
);

/** Partitioned tables by time, with the last partition by its name and the rows that the default one holds. */
export const listPartitions = statement<[], { table: string; made: number; until: string | null; stray: number }>(
  `select p.relname as table, count(*) filter (where c.relname ~ '\\d{4}_\\d{2}(_\\d{2})?$')::int as made,
     max(substring(c.relname from '\\d{4}_\\d{2}(?:_\\d{2})?$')) as until,
     coalesce(sum(s.n_live_tup) filter (where c.relname like '%\\_default'), 0)::int8 as stray
   from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_class c on c.oid = i.inhrelid
     join pg_namespace n on n.oid = p.relnamespace left join pg_stat_user_tables s on s.relid = c.oid
   where n.nspname = 'holdfast' and p.relkind = 'p' group by p.relname order by 1`,
  { notNull: ["table", "made", "stray"] },
);

/** The schema that pg_stat_statements was made in. */
export const findStatementsSchema = statement<[], { schema: string }>(
  `select quote_ident(n.nspname) as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'`,
  { notNull: ["schema"] },
);
