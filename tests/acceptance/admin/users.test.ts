import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { type Browser, openBrowser, verdict } from "../../support/auth/browser.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";

const password = "correct horse battery";
/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  let server: AuthServer;
  let twin: AuthServer;
  let admin: Browser;
  beforeAll(async () => {
    const env = {
      HOLDFAST_ADMIN_EMAIL: "admin@example.org",
      HOLDFAST_ADMIN_PASSWORD: password,
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      HOLDFAST_DEFAULT_QUOTA: "5M",
      SIGNUP: "open",
    };
    installation = await openInstallation(mode, { env });
    server = await installation.start();
    twin = await installation.start();
    admin = await signedIn("admin@example.org");
  });
  afterAll(() => installation.close());

  async function signedIn(email: string, url = server.url): Promise<Browser> {
    const browser = openBrowser(url);
    expect(await verdict(await browser.request("POST", "/api/v1/auth/login", { email, password }))).toBe("200");
    return browser;
  }

  let people = 0;
  async function made(fields: object = {}): Promise<{ id: string; email: string }> {
    const email = `user${++people}@example.org`;
    const response = await admin.request("POST", "/api/v1/admin/users", { email, password, ...fields });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string; email: string };
  }

  const change = async (by: Browser, id: string, body: object) =>
    verdict(await by.request("PATCH", `/api/v1/admin/users/${id}`, body));

  test("an admin makes, changes, finds and lists people, page by page", async () => {
    const user = await made({ displayName: "Ada Lovelace", quotaBytes: 1000 });
    expect(user).toMatchObject({
      role: "user",
      status: "active",
      displayName: "Ada Lovelace",
      quotaBytes: 1000,
      usedBytes: 0,
    });
    const response = await admin.request("PATCH", `/api/v1/admin/users/${user.id}`, {
      quotaBytes: null,
      displayName: null,
    });
    expect(await response.json()).toMatchObject({ quotaBytes: null, displayName: null });
    await made({ displayName: "100% Böhm" });
    for (let i = 0; i < 5; i++) await made();

    const list = async (query: string) =>
      (await (await admin.request("GET", `/api/v1/admin/users?${query}`)).json()) as {
        items: { email: string; displayName: string | null }[];
        nextCursor: string | null;
      };
    const all = (await list("")).items.map(({ email }) => email);
    const paged: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(`limit=3${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items.map(({ email }) => email));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    expect(all).toEqual([...all].sort());
    expect((await list("q=100%25")).items).toMatchObject([{ displayName: "100% Böhm" }]);
    expect((await list("q=USER1@")).items.map(({ email }) => email)).toEqual([user.email]);
    expect((await list("q=_")).items).toEqual([]);
    expect(await verdict(await admin.request("GET", "/api/v1/admin/users?cursor=abc"))).toBe("400 invalid_cursor");
    const twice = await admin.request("POST", "/api/v1/admin/users", { email: user.email, password });
    expect(await verdict(twice)).toBe("409 email_taken");
  });

  test("who registers gets the default quota", async () => {
    const browser = openBrowser(server.url);
    const response = await browser.request("POST", "/api/v1/auth/register", { email: "self@example.org", password });
    expect(await response.json()).toMatchObject({ user: { quotaBytes: 5 * 2 ** 20 } });
  });

  test("all of it is for admins", async () => {
    const { id, email } = await made();
    const user = await signedIn(email);
    const nobody = openBrowser(server.url);
    for (const [method, path, body] of [
      ["GET", "/api/v1/admin/users", undefined],
      ["POST", "/api/v1/admin/users", { email: "x@example.org", password }],
      ["PATCH", `/api/v1/admin/users/${id}`, { role: "admin" }],
      ["DELETE", `/api/v1/admin/users/${id}`, undefined],
    ] as const) {
      expect(await verdict(await user.request(method, path, body))).toBe("403 forbidden");
      expect(await verdict(await nobody.request(method, path, body))).toBe("401 unauthenticated");
    }
    expect(await change(admin, "01900000-0000-7000-8000-000000000000", { role: "admin" })).toBe("404 not_found");
  });

  test("disabling closes every endpoint at once, and enabling does not revive old sessions", async () => {
    const { id, email } = await made();
    const here = await signedIn(email);
    const there = await signedIn(email, twin.url);
    expect(await change(admin, id, { status: "disabled" })).toBe("200");
    expect(await verdict(await here.request("GET", "/api/v1/me"))).toMatch(/^40[13]/);
    await vi.waitFor(
      async () => expect(await verdict(await there.request("GET", "/api/v1/me"))).toMatch(/^40[13]/),
      500,
    );
    const login = openBrowser(server.url);
    expect(await verdict(await login.request("POST", "/api/v1/auth/login", { email, password }))).toBe(
      "403 user_disabled",
    );
    const wrong = await login.request("POST", "/api/v1/auth/login", { email, password: "wrong" });
    expect(await verdict(wrong)).toBe("401 invalid_credentials");
    const refreshOnly = openBrowser(
      server.url,
      new Map([["holdfast_refresh", here.cookies.get("holdfast_refresh") as string]]),
    );
    expect(await verdict(await refreshOnly.request("GET", "/api/v1/me"))).toMatch(/^40[13]/);

    expect(await change(admin, id, { status: "active" })).toBe("200");
    expect(await verdict(await here.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    await signedIn(email);
  });

  test("a promotion and a demotion take effect at once", async () => {
    const { id, email } = await made();
    const user = await signedIn(email);
    const twinned = openBrowser(twin.url, user.cookies);
    expect(await verdict(await user.request("GET", "/api/v1/admin/users"))).toBe("403 forbidden");
    expect(await change(admin, id, { role: "admin" })).toBe("200");
    expect(await verdict(await user.request("GET", "/api/v1/admin/users"))).toBe("200");
    await vi.waitFor(
      async () => expect(await verdict(await twinned.request("GET", "/api/v1/admin/users"))).toBe("200"),
      500,
    );
    expect(await change(admin, id, { role: "user" })).toBe("200");
    expect(await verdict(await user.request("GET", "/api/v1/admin/users"))).toBe("403 forbidden");
    await vi.waitFor(
      async () => expect(await verdict(await twinned.request("GET", "/api/v1/admin/users"))).toBe("403 forbidden"),
      500,
    );
  });

  test("a password that an admin sets ends the person's sessions", async () => {
    const { id, email } = await made();
    const user = await signedIn(email);
    expect(await change(admin, id, { password: "short" })).toBe("422 weak_password");
    expect(await change(admin, id, { password: "a wholly new one" })).toBe("200");
    expect(await verdict(await user.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    const login = await openBrowser(server.url).request("POST", "/api/v1/auth/login", {
      email,
      password: "a wholly new one",
    });
    expect(await verdict(login)).toBe("200");
    const entries = await server.pool.query("select detail::text from holdfast.audit_log where target_id = $1", [id]);
    expect(JSON.stringify(entries.rows)).not.toContain("a wholly new one");
  });

  test("the last admin stays, whatever many try at once", async () => {
    const other = await made({ role: "admin" });
    const second = await signedIn(other.email);
    const me = (await (await admin.request("GET", "/api/v1/me")).json()) as { id: string };
    for (let round = 0; round < 5; round++) {
      // Each of the two is demoted, disabled and deleted by the other, at both nodes, at once.
      const tries = [
        change(admin, other.id, { role: "user" }),
        change(second, me.id, { role: "user" }),
        change(openBrowser(twin.url, admin.cookies), other.id, { status: "disabled" }),
        change(openBrowser(twin.url, second.cookies), me.id, { status: "disabled" }),
        change(admin, me.id, { role: "user" }),
      ];
      await Promise.all(tries);
      const left = await server.pool.query(
        "select id from holdfast.users where role = 'admin' and deleted_at is null and (disabled_until is null or disabled_until < now())",
      );
      expect(left.rowCount).toBe(1);
      // Both are made what they were, by way of the service itself.
      for (const id of [me.id, other.id])
        await server.auth.identity.updateAccount(id, { role: "admin", disabled: false });
      admin = await signedIn("admin@example.org");
      second.cookies.clear();
      await second.request("POST", "/api/v1/auth/login", { email: other.email, password });
    }
    expect(await verdict(await admin.request("DELETE", `/api/v1/admin/users/${other.id}`))).toBe("204");
    expect(await change(admin, me.id, { role: "user" })).toBe("409 last_admin");
    expect(await change(admin, me.id, { status: "disabled" })).toBe("409 last_admin");
    expect(await verdict(await admin.request("DELETE", `/api/v1/admin/users/${me.id}`))).toBe("409 last_admin");
  });

  test("a deleted person is gone at once, and what was theirs a job later", async () => {
    const { id, email } = await made();
    const user = await signedIn(email);
    await server.pool.query(
      "insert into holdfast.files (id, space_id, parent_id, name, kind) values (gen_random_uuid(), $1, $1, 'folder', 'folder')",
      [id],
    );
    await server.pool.query(
      `insert into holdfast.files (id, space_id, parent_id, name, kind)
     select gen_random_uuid(), space_id, id, 'inside', 'folder' from holdfast.files where space_id = $1 and name = 'folder'`,
      [id],
    );
    await server.pool.query(
      `insert into holdfast.sharing_links (id, file_id, user_id, link_type)
     select gen_random_uuid(), id, space_id, 'permanent' from holdfast.files where space_id = $1 and name = 'inside'`,
      [id],
    );
    expect(await verdict(await admin.request("DELETE", `/api/v1/admin/users/${id}`))).toBe("204");
    expect(await verdict(await user.request("GET", "/api/v1/me"))).toBe("401 session_ended");
    expect(await verdict(await admin.request("DELETE", `/api/v1/admin/users/${id}`))).toBe("404 not_found");
    const login = await openBrowser(server.url).request("POST", "/api/v1/auth/login", { email, password });
    expect(await verdict(login)).toBe("401 invalid_credentials");
    for (const table of ["files", "sharing_links", "login_history", "users"]) {
      const column = { users: "id", files: "space_id" }[table] ?? "user_id";
      const rows = `select 1 from holdfast.${table} where ${column} = $1`;
      await expect.poll(async () => (await server.pool.query(rows, [id])).rowCount).toBe(0);
    }
    const audit = await server.pool.query("select action from holdfast.audit_log where target_id = $1 order by id", [
      id,
    ]);
    expect(audit.rows).toEqual([{ action: "user.create" }, { action: "user.delete" }]);
    // The address is free again.
    expect(await verdict(await admin.request("POST", "/api/v1/admin/users", { email, password }))).toBe("201");
  });
});
