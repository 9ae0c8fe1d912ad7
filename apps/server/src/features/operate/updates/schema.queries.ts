import { statement } from "../../../platform/database/statement.ts";

export const listApplied = statement<[], { version: string; name: string | null }>(
  "select version, name from supabase_migrations.schema_migrations order by version",
);

export const findRights = statement<
  [],
  { name: string; creates_roles: boolean; creates_databases: boolean; owns: boolean }
>(
  `select current_user::text as name, r.rolsuper or r.rolcreaterole as creates_roles, r.rolsuper or r.rolcreatedb as creates_databases,
     r.rolsuper or pg_has_role(current_user, d.datdba, 'usage') as owns
   from pg_roles r, pg_database d where r.rolname = current_user and d.datname = current_database()`,
  { notNull: ["name", "creates_roles", "creates_databases", "owns"] },
);

/** Sessions that have kept a transaction open for minutes: a migration waits for their locks. */
export const findOldTransaction = statement<[], { seconds: number; program: string }>(
  `select extract(epoch from clock_timestamp() - xact_start)::int as seconds, application_name as program from pg_stat_activity
   where datname = current_database() and xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'
   order by xact_start limit 1`,
  { notNull: ["seconds", "program"] },
);
