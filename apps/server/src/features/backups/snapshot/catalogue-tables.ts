import { movedTables } from "../../auth/index.ts";
import type { Catalogue } from "./catalogue.ts";

export interface CatalogueTable {
  schema: string;
  name: string;
  /** Columns of the primary key, so that equal tables are written equally; empty where there is none. */
  key: string[];
}

/** What is in no snapshot: what lives for minutes, and what is made again from the rest. */
const leftOut = new Set([
  "holdfast.uploads",
  "holdfast.upload_segments",
  "holdfast.throttle",
  "holdfast.idempotency_keys",
  "holdfast.alerts",
  "holdfast.alert_silences",
  "holdfast.alert_deliveries",
  "holdfast.node_reports",
  "holdfast.segment_chunks",
  "holdfast.folder_trees",
  "holdfast.storage_reports",
  "holdfast.storage_orphans",
  "holdfast.log_lines",
  "holdfast.nodes",
  "holdfast.transfers",
  "holdfast.copies",
  "holdfast.copy_folders",
  "holdfast.rewinds",
  "holdfast.rewind_items",
  "holdfast.traffic_minutes",
  "holdfast.traffic_hours",
  "holdfast.traffic_days",
  "holdfast.gauge_minutes",
  "holdfast.gauge_hours",
  "holdfast.gauge_days",
  "holdfast.statistics_due",
  "holdfast.file_words",
  "holdfast.digests",
  // A hundred million rows of what was read, where changes are some thousands.
  "holdfast.access_log",
  "holdfast.log_names",
  "auth.schema_migrations",
]);

/** A Supabase may have tables in `auth` that are not for us. These are what accounts consist of. */
const accountTables = new Set(movedTables.map(({ name }) => name));

/**
 * Every table of the schemas `holdfast` and `auth` that a snapshot holds; of a partitioned one the whole.
 * @throws Error where one that a restore needs cannot be read, or not all of its rows: row level security would hide them without a word
 */
export async function catalogueTables(catalogue: Pick<Catalogue, "query">): Promise<CatalogueTable[]> {
  const tables = await catalogue.query<CatalogueTable & { readable: boolean; user: string } & Record<string, unknown>>(
    `select n.nspname as schema, c.relname as name, current_user::text as user,
       has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') and not row_security_active(c.oid) as readable, coalesce((
       select array_agg(a.attname::text order by k.ord) from pg_index i
       cross join lateral unnest(i.indkey::int[]) with ordinality k (attnum, ord)
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
       where i.indrelid = c.oid and i.indisprimary), '{}') as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('holdfast', 'auth') and c.relkind in ('r', 'p') and not c.relispartition
     order by 1, 2`,
  );
  return tables.filter(({ schema, name, readable, user }) => {
    if (leftOut.has(`${schema}.${name}`)) return false;
    if (readable || (schema === "auth" && !accountTables.has(name))) return readable;
    throw new Error(
      `The database's user ${quoted(user)} cannot read all of ${schema}.${name}, so that accounts would be missing in the backup. As an administrator of the database: grant usage on schema ${schema} to ${quoted(user)}; grant select on all tables in schema ${schema} to ${quoted(user)}; alter role ${quoted(user)} bypassrls;`,
    );
  });
}

/** The roots of all spaces, as `SpaceRoot`: without a team's, its bytes would be in no snapshot. */
export const spaceRootsQuery = `
  select s.id, u.email, s.name as team from holdfast.spaces s join holdfast.files f on f.id = s.id left join holdfast.users u on u.id = s.id
  order by s.id`;

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The query of a table's rows as JSON, one a row, in the order of its key. Segments that nothing refers to have no bytes in the snapshot. */
export function rowsQuery({ schema, name, key }: CatalogueTable): string {
  const order = key.length > 0 ? ` order by ${key.map((column) => `t.${quoted(column)}`).join(", ")}` : "";
  const filter =
    `${schema}.${name}` === "holdfast.segments"
      ? " where exists (select from holdfast.content_segments c where c.sha256 = t.sha256)"
      : "";
  return `select to_json(t)::text as line from ${quoted(schema)}.${quoted(name)} t${filter}${order}`;
}

/** Segments that only former versions, the trash and contents about to be swept refer to: those that no file in `/files` contains. */
export const hiddenSegmentsQuery = `
  with recursive live as (
    select id from holdfast.files where parent_id is null
    union all
    select f.id from holdfast.files f join live on f.parent_id = live.id
    where f.kind = 'folder' and f.trashed_at is null and f.purged_at is null
  ), used as (
    select distinct f.content_id from holdfast.files f join live on f.parent_id = live.id
    where f.kind = 'file' and f.trashed_at is null and f.purged_at is null
  ), hidden as (
    select cs.sha256 from holdfast.content_segments cs where not exists (select from used u where u.content_id = cs.content_id)
    except
    select cs.sha256 from holdfast.content_segments cs join used u on u.content_id = cs.content_id
  )
  select s.sha256, s.size, k.chunks from hidden join holdfast.segments s using (sha256)
  left join holdfast.segment_chunks k on k.target_id = $1 and k.sha256 = s.sha256
  order by s.sha256`;
