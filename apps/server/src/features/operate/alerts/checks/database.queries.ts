import { statement } from "../../../../platform/database/statement.ts";

interface Limits {
  connections: number;
  most: number;
  /** Of the oldest transaction in this database, in hours. */
  transaction_hours: number;
  /** The age of the oldest transaction number, in millions. */
  wraparound_millions: number;
}

/** Other users' transactions are seen as far as PostgreSQL shows them to this one. */
export const findLimits = statement<[], Limits>(
  `select
     (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
     current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
     coalesce((select extract(epoch from max(now() - xact_start)) / 3600 from pg_stat_activity
       where backend_type = 'client backend' and datname = current_database()), 0)::float8 as transaction_hours,
     (select floor(max(age(datfrozenxid)) / 1e6)::float8 from pg_database) as wraparound_millions`,
  { notNull: ["connections", "most", "transaction_hours", "wraparound_millions"] },
);
