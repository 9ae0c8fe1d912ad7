import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { describeMove, type MoveReport, moveAuth } from "./move-auth.ts";
import { movedTables } from "./move-plan.ts";

let home: TestDatabase;
let supabase: TestDatabase;
beforeAll(async () => {
  home = await createMigratedDatabase();
  supabase = await createMigratedDatabase();
  await fill(home.url);
});
afterAll(async () => {
  await home.drop();
  await supabase.drop();
});

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** People as the service makes them, and a few that only history makes: NULL where '' belongs, microseconds, odd text. */
async function fill(url: string): Promise<void> {
  await query(
    url,
    `insert into auth.users (id, instance_id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_token, recovery_token,
       email_change_token_new, email_change, raw_app_meta_data, raw_user_meta_data, created_at, updated_at, is_sso_user, is_anonymous)
     select gen_random_uuid(), '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated', 'person' || n || '@example.org',
       '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$' || md5(n::text), '2026-01-02 03:04:05.678901+00', '', '', '', '',
       '{"provider": "email", "providers": ["email"]}', jsonb_build_object('name', E'O''Brien "\\\\ 文 ' || n), '2026-01-01 00:00:00.000001+00',
       '2026-01-02 00:00:00.123456+00', false, false
     from generate_series(1, 1234) n;
     insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at)
     select id::text, id, jsonb_build_object('sub', id, 'email', email, 'email_verified', true), 'email', created_at, updated_at from auth.users;
     insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret)
     select gen_random_uuid(), id, 'phone', 'totp', 'verified', now(), now(), 'JBSWY3DPEHPK3PXP' from auth.users limit 10;
     insert into auth.webauthn_credentials (user_id, credential_id, public_key, sign_count, transports, friendly_name, last_used_at)
     select id, decode(md5(id::text), 'hex'), decode('a50102032620', 'hex'), 4294967295, '["internal", "hybrid"]', E'Ada''s "phone" 文',
       '2026-03-04 05:06:07.891234+00' from auth.users limit 10;
     insert into auth.sessions (id, user_id, created_at, updated_at, aal, refreshed_at, user_agent, ip)
     select gen_random_uuid(), id, now(), now(), 'aal1', '2026-03-04 05:06:07.891', 'Firefox', '2001:db8::1' from auth.users limit 700;
     insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
     select gen_random_uuid(), id, now(), now(), 'password' from auth.sessions;
     insert into auth.refresh_tokens (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
     select '00000000-0000-0000-0000-000000000000', substr(md5(id::text), 1, 12), user_id, false, now(), now(), null, id from auth.sessions;
     insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to)
     select gen_random_uuid(), id, 'recovery_token', md5(email), email from auth.users limit 3;
     insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
     select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), ('{ "action":"login",  "actor_id":"' || id || '"}')::json, now(), '192.0.2.1'
     from auth.users limit 600`,
  );
}

/** Every row of every moved table, as text. */
async function everything(url: string): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name, key } of movedTables) {
    const { rows } = await query(url, `select t::text as row from auth.${name} t order by ${key}`);
    all[name] = rows.map(({ row }) => row as string);
  }
  return all;
}

const there = (options: { apply: boolean; sessions?: boolean }) =>
  moveAuth({ from: home.url, to: supabase.url, sessions: true, ...options });

test("a dry run says what would happen, and nothing happens", async () => {
  const before = await everything(supabase.url);
  const report = await there({ apply: false });
  expect(report).toMatchObject({ applied: false, conflicts: [] });
  expect(report.tables[0]).toEqual({
    table: "users",
    read: 1234,
    inserted: 1234,
    updated: 0,
    unchanged: 0,
    newerThere: 0,
  });
  expect(await everything(supabase.url)).toEqual(before);
  expect(describeMove(report)).toContain("users: 1234 read, 1234 new");
});

test("there and back keeps every row of every table as it was", async () => {
  const before = await everything(home.url);
  expect((await there({ apply: true })).applied).toBe(true);
  expect(await everything(supabase.url)).toEqual(before);
  const filled = Object.entries(before).map(([table, rows]) => [table, rows.length > 0]);
  expect(Object.fromEntries(filled)).toEqual({
    ...{ users: true, identities: true, mfa_factors: true, webauthn_credentials: true },
    ...{ sessions: true, mfa_amr_claims: true, refresh_tokens: true, one_time_tokens: true, audit_log_entries: true },
  });
  const mirrored = await query(supabase.url, "select count(*)::int as n from holdfast.users where deleted_at is null");
  expect(mirrored.rows).toEqual([{ n: 1234 }]);

  const third = await createMigratedDatabase();
  await moveAuth({ from: supabase.url, to: third.url, apply: true, sessions: true });
  expect(await everything(third.url)).toEqual(before);
  await query(third.url, "insert into auth.refresh_tokens (token) values ('a new one')");
  await third.drop();
});

test("a side without passkeys stops nothing, unless passkeys would be lost", async () => {
  const older = await createMigratedDatabase();
  await query(older.url, "drop table auth.webauthn_credentials");
  const lossy = await moveAuth({ from: home.url, to: older.url, apply: true, sessions: true });
  expect(lossy).toMatchObject({ applied: false, conflicts: [expect.stringContaining("auth.webauthn_credentials")] });
  const back = await moveAuth({ from: older.url, to: supabase.url, apply: false, sessions: true });
  expect(back.conflicts).toEqual([]);
  await older.drop();
});

test("doing it again changes nothing; what changed here goes over, what changed later there stays", async () => {
  const again = await there({ apply: true });
  for (const counts of again.tables) expect(counts).toMatchObject({ inserted: 0, updated: 0, unchanged: counts.read });
  await query(
    home.url,
    "update auth.users set encrypted_password = 'new here', updated_at = now() where email = 'person1@example.org'",
  );
  await query(
    supabase.url,
    "update auth.users set encrypted_password = 'new there', updated_at = now() where email = 'person2@example.org'",
  );
  const report = await there({ apply: true });
  expect(report.tables[0]).toMatchObject({ updated: 1, newerThere: 1, unchanged: 1232 });
  const { rows } = await query(
    supabase.url,
    "select encrypted_password as hash from auth.users where email in ('person1@example.org', 'person2@example.org') order by email",
  );
  expect(rows).toEqual([{ hash: "new here" }, { hash: "new there" }]);
});

test("what Supabase cannot read is put right on the way", async () => {
  await query(
    home.url,
    `insert into auth.users (id, email, created_at, updated_at, phone) values (gen_random_uuid(), 'Old@Example.org', now(), now(), '')`,
  );
  await there({ apply: true });
  const { rows } = await query(
    supabase.url,
    `select email, aud, role, confirmation_token, recovery_token, email_change, phone, instance_id::text from auth.users
     where email ilike 'old@example.org'`,
  );
  const instance_id = "00000000-0000-0000-0000-000000000000";
  const blank = { confirmation_token: "", recovery_token: "", email_change: "" };
  const one = {
    email: "old@example.org",
    aud: "authenticated",
    role: "authenticated",
    ...blank,
    phone: null,
    instance_id,
  };
  expect(rows).toEqual([one]);
});

test("without sessions they stay behind, and the report says so", async () => {
  const empty = await createMigratedDatabase();
  const report = await moveAuth({ from: home.url, to: empty.url, apply: true, sessions: false });
  expect(report.tables.map(({ table }) => table)).toEqual([
    ...[
      "users",
      "identities",
      "mfa_factors",
      "webauthn_credentials",
      "one_time_tokens",
      "audit_log_entries",
      "recovery codes",
      "names and quotas",
    ],
  ]);
  expect(report.notMoved).toContainEqual({ table: "sessions", rows: 700 });
  expect((await query(empty.url, "select from auth.sessions")).rowCount).toBe(0);
  await empty.drop();
});

test("who was let in here does not wait for approval there; who waits here waits there", async () => {
  const strict = await createMigratedDatabase();
  const approval = `insert into holdfast.settings (key, value) values ('signup', '"approval"')`;
  await query(strict.url, approval);
  await query(home.url, "update holdfast.users set awaiting_approval = true where email = 'person3@example.org'");
  await moveAuth({ from: home.url, to: strict.url, apply: true, sessions: false });
  const { rows } = await query(strict.url, "select email from holdfast.users where awaiting_approval");
  expect(rows).toEqual([{ email: "person3@example.org" }]);
  await strict.drop();
});

test("names, quotas and roles go along; what was decided there stays, and doing it again changes nothing", async () => {
  const [here, elsewhere] = [await createMigratedDatabase(), await createMigratedDatabase()];
  const add = (n: number, role: string) =>
    `insert into auth.users (id, email, raw_app_meta_data, created_at, updated_at) values
       ('00000000-0000-4000-8000-00000000000${n}', 'profile${n}@example.org', '{"role": "${role}"}', now(), now());`;
  await query(here.url, add(1, "admin") + add(2, "user") + add(3, "user"));
  await query(
    here.url,
    `update holdfast.users set display_name = 'Ada' where email = 'profile1@example.org';
     update holdfast.users set display_name = 'Böhm' where email = 'profile2@example.org';
     update holdfast.spaces s set quota_bytes = case when u.display_name = 'Ada' then 5000000000000 else 1000 end
     from holdfast.users u where u.id = s.id and u.display_name in ('Ada', 'Böhm')`,
  );
  await query(elsewhere.url, `insert into holdfast.settings (key, value) values ('default-quota', '777')`);
  const move = () => moveAuth({ from: here.url, to: elsewhere.url, apply: true, sessions: false });
  const people = async () =>
    (
      await query(
        elsewhere.url,
        "select u.display_name as name, s.quota_bytes::text as quota, u.role from holdfast.users u join holdfast.spaces s using (id) order by u.email",
      )
    ).rows;
  const first = await move();
  expect(first.tables.at(-1)).toMatchObject({ table: "names and quotas", read: 3, updated: 3, newerThere: 0 });
  const moved = [
    { name: "Ada", quota: "5000000000000", role: "admin" },
    { name: "Böhm", quota: "1000", role: "user" },
    { name: null, quota: null, role: "user" },
  ];
  expect(await people()).toEqual(moved);
  expect((await move()).tables.at(-1)).toMatchObject({ updated: 0, unchanged: 3, newerThere: 0 });
  await query(
    elsewhere.url,
    `update holdfast.spaces set quota_bytes = 2 where id = (select id from holdfast.users where display_name = 'Böhm');
     update holdfast.users set display_name = 'B.' where display_name = 'Böhm'`,
  );
  expect((await move()).tables.at(-1)).toMatchObject({ updated: 0, unchanged: 2, newerThere: 1 });
  expect((await people())[1]).toEqual({ name: "B.", quota: "2", role: "user" });
  const back = await createMigratedDatabase();
  await moveAuth({ from: elsewhere.url, to: back.url, apply: true, sessions: false });
  const returned = await query(back.url, "select display_name from holdfast.users order by email");
  expect(returned.rows.map((row) => row.display_name)).toEqual(["Ada", "B.", null]);
  for (const database of [here, elsewhere, back]) await database.drop();
});

test("an invitation that was used there is used here as well, whichever way accounts are moved next", async () => {
  const [here, elsewhere] = [await createMigratedDatabase(), await createMigratedDatabase()];
  const guest = "00000000-0000-4000-8000-000000000001";
  await query(
    here.url,
    `insert into auth.users (id, email, confirmation_token, invited_at, created_at, updated_at)
       values ('${guest}', 'guest@example.org', 'hash', now(), now(), now() - interval '1 hour');
     insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to)
       values (gen_random_uuid(), '${guest}', 'confirmation_token', 'hash', 'guest@example.org')`,
  );
  const [push, pull] = [
    () => moveAuth({ from: here.url, to: elsewhere.url, apply: true, sessions: false }),
    () => moveAuth({ from: elsewhere.url, to: here.url, apply: true, sessions: false }),
  ];
  const open = async (url: string) => (await query(url, "select token_type from auth.one_time_tokens")).rowCount;
  await push();
  expect([await open(here.url), await open(elsewhere.url)]).toEqual([1, 1]);
  await query(
    elsewhere.url,
    `delete from auth.one_time_tokens; update auth.users set confirmation_token = '', email_confirmed_at = now(), updated_at = now()`,
  );
  await push();
  expect([await open(here.url), await open(elsewhere.url)]).toEqual([1, 0]);
  const report = await pull();
  expect([await open(here.url), await open(elsewhere.url)]).toEqual([0, 0]);
  expect(describeMove(report)).toContain("1 used up here and removed there");
  for (const database of [here, elsewhere]) await database.drop();
});

test("recovery codes go along, used ones stay used, later ones replace earlier ones; access tokens stay and it is said", async () => {
  const [here, elsewhere] = [await createMigratedDatabase(), await createMigratedDatabase()];
  const user = "00000000-0000-4000-8000-000000000001";
  const code = (n: number, at: string) =>
    `insert into holdfast.recovery_codes (user_id, code_hash, created_at)
       values ('${user}', sha256('${n}'), '${at}');`;
  await query(
    here.url,
    `insert into auth.users (id, email, created_at, updated_at) values ('${user}', 'a@example.org', now(), now());
     ${code(1, "2026-01-01")} ${code(2, "2026-01-01")}
     insert into holdfast.access_tokens (id, user_id, name, token_hash, scopes)
       values (gen_random_uuid(), '${user}', 'script', sha256('t'), '{files:read}')`,
  );
  const counted = ({ tables }: MoveReport) => tables.find(({ table }) => table === "recovery codes");
  const push = () => moveAuth({ from: here.url, to: elsewhere.url, apply: true, sessions: false });
  const unused = async (url: string) =>
    (await query(url, "select from holdfast.recovery_codes where used_at is null")).rowCount;
  const first = await push();
  expect(counted(first)).toMatchObject({ table: "recovery codes", read: 2, inserted: 2 });
  expect(first.notMoved).toContainEqual({ table: expect.stringContaining("access tokens"), rows: 1 });
  await query(elsewhere.url, "update holdfast.recovery_codes set used_at = now() where code_hash = sha256('1')");
  expect(counted(await push())).toMatchObject({ inserted: 0, updated: 0, unchanged: 2 });
  expect(await unused(elsewhere.url)).toBe(1);
  await moveAuth({ from: elsewhere.url, to: here.url, apply: true, sessions: false });
  expect(await unused(here.url)).toBe(1);
  await query(elsewhere.url, `delete from holdfast.recovery_codes; ${code(3, "2026-02-01")}`);
  expect(counted(await push())).toMatchObject({ newerThere: 2 });
  expect(await unused(elsewhere.url)).toBe(1);
  const back = await moveAuth({ from: elsewhere.url, to: here.url, apply: true, sessions: false });
  expect(counted(back)).toMatchObject({ read: 1, inserted: 1 });
  expect((await query(here.url, "select from holdfast.recovery_codes")).rowCount).toBe(1);
  for (const database of [here, elsewhere]) await database.drop();
});

test("what stands in the way is a sentence: nobody there, no such database, a user without rights", async () => {
  const limited = "limited_for_a_move";
  await query(home.url, `drop role if exists ${limited}; create role ${limited} login password 'limited'`);
  const changed = (change: Partial<URL>) => Object.assign(new URL(supabase.url), change).href;
  const cases: [string, RegExp][] = [
    [
      "postgres://a:b@127.0.0.1:9/x",
      /^The database at 127\.0\.0\.1:9 does not answer \(ECONNREFUSED\): check there\. Nothing was changed\.$/,
    ],
    [changed({ pathname: "/nothing" }), /has no database "nothing": check there\. Nothing/],
    [
      changed({ username: limited, password: "limited" }),
      /^The database user of .* may not do this \(.*\): use the user "postgres"\. Nothing/,
    ],
  ];
  for (const [to, sentence] of cases) {
    const move = moveAuth({ from: home.url, to, names: { from: "here", to: "there" }, apply: true, sessions: false });
    await expect(move).rejects.toThrow(sentence);
    await expect(move).rejects.toBeInstanceOf(ProblemError);
  }
  await query(home.url, `drop role ${limited}`);
});

test("a Supabase without Holdfast: accounts go there, names wait; from there everybody is let in", async () => {
  const [here, plain, strict] = [
    await createMigratedDatabase(),
    await createMigratedDatabase(),
    await createMigratedDatabase(),
  ];
  await query(plain.url, "drop trigger holdfast_mirror_user on auth.users; drop schema holdfast cascade");
  await query(
    here.url,
    `insert into auth.users (id, email, raw_app_meta_data, created_at, updated_at)
       values (gen_random_uuid(), 'google@example.org', '{"provider": "google"}', now(), now());
     update holdfast.users set display_name = 'G', awaiting_approval = false`,
  );
  const report = await moveAuth({ from: here.url, to: plain.url, apply: true, sessions: false });
  expect(report).toMatchObject({ applied: true, conflicts: [] });
  expect(report.notMoved).toEqual([{ table: expect.stringContaining("names and quotas"), rows: 1 }]);
  await moveAuth({ from: plain.url, to: strict.url, apply: true, sessions: false });
  const { rows } = await query(strict.url, "select email, awaiting_approval from holdfast.users");
  expect(rows).toEqual([{ email: "google@example.org", awaiting_approval: false }]);
  for (const database of [here, plain, strict]) await database.drop();
});

test("two accounts with one address: nothing is written, and it says which", async () => {
  const other = await createMigratedDatabase();
  await query(
    other.url,
    "insert into auth.users (id, email, instance_id) values (gen_random_uuid(), 'person7@example.org', '00000000-0000-0000-0000-000000000000')",
  );
  const report = await moveAuth({ from: home.url, to: other.url, apply: true, sessions: true });
  expect(report).toMatchObject({
    applied: false,
    tables: [],
    conflicts: [expect.stringContaining("person7@example.org")],
  });
  expect((await query(other.url, "select from auth.users")).rowCount).toBe(1);
  await other.drop();
});

test("a failure in the middle leaves nothing half done", async () => {
  const broken = await createMigratedDatabase();
  await query(broken.url, "alter table auth.identities add constraint no_more check (provider <> 'email')");
  await expect(moveAuth({ from: home.url, to: broken.url, apply: true, sessions: true })).rejects.toThrow("no_more");
  expect((await query(broken.url, "select from auth.users")).rowCount).toBe(0);
  await broken.drop();
});
