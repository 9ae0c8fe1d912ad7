import { join } from "node:path";
import pg from "pg";
import { Statement, StatementFamily } from "../../apps/server/src/platform/database/statement.ts";
import { type Described, findTypeErrors } from "./assertions.ts";
import { describeStatement } from "./describe.ts";
import { withMigratedDatabase } from "./migrated-database.ts";

/**
 * Prepares every statement that the files export on a PostgreSQL that has all migrations, and compares the types that PostgreSQL describes
 * with the `Values` and `Row` that the code declares: a renamed column, a wrong type or a forgotten null is found here and not at run time.
 * @param files relative to `root`; importing one must have no side effect
 */
export async function checkStatements(
  root: string,
  files: readonly string[],
): Promise<{ count: number; findings: string[] }> {
  const findings: string[] = [];
  const described: Described[] = [];
  await withMigratedDatabase(async (url) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const file of files) {
      for (const { name, value } of await exportsOf(join(root, file))) {
        for (const { one, variant } of statementsOf(value)) {
          try {
            described.push({ file, name, ...(await describe(client, one)) });
          } catch (error) {
            findings.push(`${file}: ${name}${variant}: ${(error as Error).message}`);
          }
        }
      }
    }
    await client.end();
  });
  return { count: described.length, findings: [...findings, ...findTypeErrors(root, described)] };
}

async function exportsOf(path: string): Promise<{ name: string; value: unknown }[]> {
  const module = (await import(path)) as Record<string, unknown>;
  return Object.entries(module).map(([name, value]) => ({ name, value }));
}

type Any = Statement<readonly unknown[], unknown>;

function statementsOf(value: unknown): { one: Any; variant: string }[] {
  if (value instanceof Statement) return [{ one: value, variant: "" }];
  if (!(value instanceof StatementFamily)) return [];
  return value.variants.map((variant: unknown) => ({
    one: value.of(variant) as Any,
    variant: ` (${JSON.stringify(variant)})`,
  }));
}

async function describe(client: pg.Client, { text, options }: Any): Promise<Omit<Described, "file" | "name">> {
  const { parameters, columns } = await describeStatement(client, text);
  const notNull = new Set(options.notNull ?? []);
  return {
    parameters,
    columns: columns.map((column) => ({ ...column, nullable: column.nullable && !notNull.has(column.name) })),
    rowsAsText: options.rowsAsText === true,
  };
}
