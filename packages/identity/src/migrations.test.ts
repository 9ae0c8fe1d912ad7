import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "../../../tests/support/database.ts";
import { identityMigrations } from "./migrations.ts";

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test("the migrations apply, and apply again", async () => {
  for (let round = 0; round < 2; round++) for (const { sql } of identityMigrations) await client.query(sql);
  const { rows } = await client.query("SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'auth'");
  expect(rows[0].tables).toBe(23);
  expect(identityMigrations.map(({ version }) => version)).toEqual(
    [...new Set(identityMigrations.map(({ version }) => version))].sort(),
  );
});

test("policies see the caller's claims", async () => {
  await client.query("BEGIN");
  const id = crypto.randomUUID();
  const claims = { sub: id, role: "authenticated", email: "a@example.org" };
  await client.query("SELECT set_config('request.jwt.claims', $1, true)", [JSON.stringify(claims)]);
  const { rows } = await client.query(
    "SELECT auth.uid() AS uid, auth.role() AS role, auth.email() AS email, auth.jwt() AS jwt",
  );
  expect(rows[0]).toEqual({ uid: id, role: "authenticated", email: "a@example.org", jwt: claims });
  await client.query("SELECT set_config('request.jwt.claim.role', 'anon', true)");
  expect((await client.query("SELECT auth.role() AS role")).rows[0].role).toBe("anon");
  await client.query("ROLLBACK");
  expect((await client.query("SELECT auth.uid() AS uid")).rows[0].uid).toBeNull();
});

test.each(["anon", "authenticated", "service_role"])("%s asks who calls, and reads nothing", async (role) => {
  await client.query("BEGIN");
  await client.query(`SET LOCAL ROLE ${role}`);
  expect((await client.query("SELECT auth.uid() AS uid")).rows[0].uid).toBeNull();
  await expect(client.query("SELECT FROM auth.users")).rejects.toMatchObject({ code: "42501" });
  await client.query("ROLLBACK");
});

test("a Supabase Auth that is started over it finds its own migrations done", async () => {
  const { rows } = await client.query(
    "SELECT count(*)::int AS count, max(version) AS newest FROM auth.schema_migrations",
  );
  expect(rows[0]).toEqual({ count: 70, newest: "20260625000000" });
});
