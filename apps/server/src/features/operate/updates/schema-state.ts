import type { Queryable } from "../../../platform/database/database.ts";
import { type Migration, ownName } from "../../../platform/database/migrate/migrate.ts";
import { listApplied } from "./schema.queries.ts";

export interface SchemaState {
  /** The newest migration that this database has, of those that are known here. */
  readonly version: string | null;
  readonly applied: number;
  /** Known here, and not applied yet. */
  readonly pending: readonly string[];
  /** Applied by a newer Holdfast. */
  readonly newer: readonly string[];
}

export async function schemaState(db: Queryable, known: readonly Migration[]): Promise<SchemaState> {
  const applied = await listApplied.all(db);
  const has = new Set(applied.map(({ version }) => version));
  const ours = known.filter(({ version }) => has.has(version)).map(({ version }) => version);
  const newest = known.reduce((latest, { version }) => (version > latest ? version : latest), "");
  return {
    version: ours.toSorted().at(-1) ?? null,
    applied: ours.length,
    pending: known.filter(({ version }) => !has.has(version)).map(({ version, name }) => `${version}_${name}`),
    newer: applied
      .filter(({ version, name }) => version > newest && (name ?? "").startsWith(ownName))
      .map(({ version, name }) => `${version}_${name}`),
  };
}
