import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { identityMigrations } from "@holdfast/identity";
import pg from "pg";
import { expect, test } from "vitest";
import { createDatabase } from "../../../../../../tests/support/database.ts";
import { migrate, readMigrations } from "../../../platform/database/migrate/migrate.ts";

test("uploads that stood at their length without a file before an upgrade are kept until they are files", async () => {
  const database = await createDatabase();
  const ours = readMigrations(join(import.meta.dirname, "../../../../../../supabase/migrations"));
  const since = ours.findIndex(({ name }) => name.includes("refused_uploads"));
  await migrate(database.url, [...identityMigrations, ...ours.slice(0, since)]);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const owner = randomUUID();
  await client.query("insert into holdfast.users (id, email) values ($1, 'a@example.org')", [owner]);
  await client.query(
    "insert into holdfast.files (id, user_id, parent_id, name, kind) values ($1, $1, null, '', 'folder') on conflict do nothing",
    [owner],
  );
  const begin = async (name: string, size: number | null, offset: number) =>
    client.query(
      `insert into holdfast.uploads (id, user_id, parent_id, name, on_conflict, size, upload_offset, expires_at)
       values ($1, $2, $2, $3, 'fail', $4, $5, now() - interval '1 minute')`,
      [randomUUID(), owner, name, size, offset],
    );
  await begin("whole", 10, 10);
  await begin("half", 10, 5);
  await begin("no bytes", 0, 0);
  await migrate(database.url, [...identityMigrations, ...ours]);
  const { rows } = await client.query(
    "select name, size, expires_at > now() + interval '29 days' as kept from holdfast.uploads order by name",
  );
  expect(rows).toEqual([
    { name: "half", size: "10", kept: false },
    { name: "no bytes", size: null, kept: false },
    { name: "whole", size: "10", kept: true },
  ]);
  await client.end();
  await database.drop();
});
