import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminCreateUser, adminUpdateUser } from "../../../packages/contract/src/index.ts";
import { type Installation, openInstallation } from "../../support/auth/modes.ts";
import { registerPerson, testPassword } from "../../support/person.ts";
import type { TestServer } from "../../support/server.ts";

const migration = "../../../supabase/migrations/20261130050000_holdfast_email_proofs.sql";

let installation: Installation;
let server: TestServer;
beforeAll(async () => {
  installation = await openInstallation("embedded");
  server = await installation.startServer();
});
afterAll(() => installation.close());

const pool = () => server.services.pool;
const proofOf = async (email: string) =>
  (
    await pool().query(
      "select identity_data -> 'email_verified' as verified, identity_data ->> 'email_proof' as by from auth.identities where email = $1",
      [email],
    )
  ).rows[0];
const made = (email: string) =>
  server.admin.call(adminCreateUser, { body: { email, password: testPassword, role: "user", quotaBytes: null } });

test("without mail an address that somebody signs up with is not proved, and one that an administrator gives is", async () => {
  const { email, id } = await registerPerson(server.url);
  expect(await proofOf(email)).toEqual({ verified: false, by: null });
  await server.admin.call(adminUpdateUser, { params: { id }, body: { email: "given@example.org" } });
  expect(await proofOf("given@example.org")).toEqual({ verified: true, by: "admin" });
  await made("made@example.org");
  expect(await proofOf("made@example.org")).toEqual({ verified: true, by: "admin" });
});

test("of what an installation has from before, only what its own record tells of counts as proved", async () => {
  const claimed = await registerPerson(server.url);
  const moved = await made("moved@example.org");
  const asked = await registerPerson(server.url);
  await pool().query("update auth.users set email = 'elsewhere@example.org' where id = $1", [moved.id]);
  await pool().query(
    'update auth.identities set identity_data = identity_data || \'{"email": "elsewhere@example.org"}\' where user_id = $1',
    [moved.id],
  );
  await pool().query(
    `insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
     select instance_id, gen_random_uuid(), json_build_object('action', 'user_confirmation_requested', 'actor_id', id, 'actor_username', email), now(), ''
       from auth.users where id = $1`,
    [asked.id],
  );
  // As the last release has left all of them.
  await pool().query(
    "update auth.identities set identity_data = (identity_data || '{\"email_verified\": true}') - 'email_proof'",
  );
  await pool().query(await readFile(join(import.meta.dirname, migration), "utf8"));
  expect(await proofOf(claimed.email)).toMatchObject({ verified: false });
  expect(await proofOf("elsewhere@example.org")).toMatchObject({ verified: false });
  expect(await proofOf("admin@example.org")).toEqual({ verified: true, by: "admin" });
  expect(await proofOf(asked.email)).toEqual({ verified: true, by: "mail" });
});

test("a real Supabase's rows stay as they are", async () => {
  await pool().query("update holdfast.settings set value = '\"supabase\"' where key = 'identity-service'");
  await pool().query(
    "update auth.identities set identity_data = (identity_data || '{\"email_verified\": true}') - 'email_proof'",
  );
  await pool().query(await readFile(join(import.meta.dirname, migration), "utf8"));
  const { rows } = await pool().query("select from auth.identities where identity_data -> 'email_verified' = 'false'");
  expect(rows).toEqual([]);
});
