import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";

const email = "admin@example.org";
const password = "correct horse battery";
/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  let server: AuthServer;
  beforeAll(async () => {
    const env = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: password };
    installation = await openInstallation(mode, { env });
    server = await installation.start();
  });
  afterAll(() => installation.close());

  const count = async (of: string) => (await server.pool.query(`select 1 from ${of}`)).rowCount;

  test("the operator gives who has lost a password a new one, and old sessions end", async () => {
    const browser = openBrowser(server.url);
    await browser.request("POST", "/api/v1/auth/login", { email, password });
    await expect(server.auth.resetPassword("nobody@example.org", "a wholly new one")).rejects.toThrow(
      "nobody@example.org",
    );
    await expect(server.auth.resetPassword(email, "short")).rejects.toThrow("at least 8");
    await server.auth.resetPassword("Admin@example.org", password);
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    expect(await verdict(await browser.request("POST", "/api/v1/auth/login", { email, password }))).toBe("200");
  });

  test("the daily sweep removes what is old, and nothing that somebody still needs", async () => {
    const browser = openBrowser(server.url);
    await browser.request("POST", "/api/v1/auth/login", { email, password });
    let before = "";
    for (let i = 0; i < 3; i++) {
      before = browser.cookies.get("holdfast_refresh") as string;
      browser.cookies.delete("holdfast_access");
      await browser.request("GET", "/api/v1/me");
    }
    // As tokens were stored until they were not any more: the parent of one that counts stays.
    await server.pool.query(
      `insert into auth.refresh_tokens (token, user_id, revoked, updated_at, parent, session_id)
       select token, s.user_id::text, revoked, now() - interval '8 days', parent, s.id
         from (select * from auth.sessions order by created_at desc limit 1) s,
           (values ('oldtoken0001', null, true), ('oldtoken0002', 'oldtoken0001', true), ('oldtoken0003', 'oldtoken0002', true),
             ('oldtoken0004', 'oldtoken0003', false)) t (token, parent, revoked)`,
    );
    await server.pool.query(
      "update holdfast.login_history set occurred_at = now() - interval '366 days' where id = (select min(id::text)::uuid from holdfast.login_history)",
    );
    const logins = (await count("holdfast.login_history")) as number;

    await server.runJob("auth.sweep");
    expect(await count("holdfast.login_history")).toBe(logins - 1);
    // A real Supabase looks after its own tables.
    expect(await count("auth.refresh_tokens where revoked")).toBe(mode === "embedded" ? 1 : 3);
    // Who lost the last answer comes with the cookie before.
    const late = openBrowser(server.url, new Map([["holdfast_refresh", before]]));
    expect(await verdict(await late.request("GET", "/api/v1/me"))).toBe("200");
    expect(late.cookies.get("holdfast_refresh")).toBe(browser.cookies.get("holdfast_refresh"));
  });

  test("the sweep takes sessions that waited a day at their second step, notes of sessions that are gone, and expired tokens", async () => {
    const { rows } = await server.pool.query("select id from holdfast.users limit 1");
    const userId = rows[0].id as string;
    await server.pool.query(
      `insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at, secret)
     values (gen_random_uuid(), $1, 'totp', 'verified', now(), now(), 'JBSWY3DPEHPK3PXP')`,
      [userId],
    );
    await server.pool.query("delete from auth.sessions where user_id = $1", [userId]);
    await server.pool.query(
      `insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent) values
       (gen_random_uuid(), $1, now() - interval '25 hours', now(), 'aal1', 'old and half'),
       (gen_random_uuid(), $1, now() - interval '1 hour', now(), 'aal1', 'half'),
       (gen_random_uuid(), $1, now() - interval '25 hours', now(), 'aal2', 'old and whole'),
       (gen_random_uuid(), $1, now() - interval '25 hours', now(), 'aal1', 'recovered')`,
      [userId],
    );
    await server.pool.query(
      `insert into holdfast.recovered_sessions (session_id, user_id)
     select id, user_id from auth.sessions where user_agent = 'recovered' union all select gen_random_uuid(), $1`,
      [userId],
    );
    await server.pool.query(
      `insert into holdfast.access_tokens (id, user_id, name, token_hash, scopes, expires_at)
     select gen_random_uuid(), $1::uuid, days || ' days', sha256(days::text::bytea), '{files:read}', now() - make_interval(days => days)
     from unnest(array[1, 8]) days`,
      [userId],
    );
    await server.runJob("auth.sweep");
    const left = async (sql: string) => (await server.pool.query(sql)).rows.map((row) => Object.values(row)[0]);
    expect(await left(`select user_agent from auth.sessions where user_id = '${userId}' order by 1`)).toEqual([
      "half",
      "old and whole",
      "recovered",
    ]);
    expect(await left("select name from holdfast.access_tokens")).toEqual(["1 days"]);
    expect(await left("select count(*)::int from holdfast.recovered_sessions")).toEqual([1]);
  });
});
