import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { identityMigrations } from "@holdfast/identity";
import pg from "pg";
import { expect, test } from "vitest";
import { createDatabase } from "../../../../../../tests/support/database.ts";
import { migrate, readMigrations } from "../../../platform/database/migrate/migrate.ts";

test("an upgrade counts the entries and the depth of every space, and takes trees that are too deep as they are", async () => {
  const database = await createDatabase();
  const ours = readMigrations(join(import.meta.dirname, "../../../../../../supabase/migrations"));
  const since = ours.findIndex(({ name }) => name.includes("tree_limits"));
  await migrate(database.url, [...identityMigrations, ...ours.slice(0, since)]);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const people = [randomUUID(), randomUUID()];
  for (const id of people)
    await client.query("insert into holdfast.users (id, email) values ($1, $2)", [id, `${id}@x.org`]);
  const [ann] = people;
  await client.query(
    `with recursive level as (
       select 1 as n, gen_random_uuid() as id, $1::uuid as parent
       union all select n + 1, gen_random_uuid(), id from level where n < 300
     )
     insert into holdfast.files (id, space_id, parent_id, name, kind, trashed_at)
     select id, $1, parent, n::text, 'folder', case when n = 100 then now() end from level`,
    [ann],
  );
  await migrate(database.url, [...identityMigrations, ...ours]);
  const { rows } = await client.query(
    `select id, used_entries, used_folders, deepest, holdfast.used_entries(id) as with_entries,
       (select max(holdfast.depth_of(f.id)) from holdfast.files f where f.space_id = s.id) as depth
     from holdfast.spaces s order by used_entries desc`,
  );
  expect(rows).toEqual([
    { id: people[0], used_entries: "300", used_folders: "300", deepest: 300, with_entries: "300", depth: 300 },
    { id: people[1], used_entries: "0", used_folders: "0", deepest: 0, with_entries: "0", depth: 0 },
  ]);
  await client.end();
  await database.drop();
});
