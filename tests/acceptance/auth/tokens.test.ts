import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createAccessToken,
  listAccessTokens,
  type Operation,
  operations,
  revokeAccessToken,
  scopeOf,
  type TokenScope,
  tokenScopeSchema,
} from "../../../packages/contract/src/index.ts";
import { type AnyServer, insideTest } from "../../support/any-server.ts";
import { verdict } from "../../support/auth/browser.ts";
import { anyModes, openAnyServer } from "../../support/auth/modes.ts";
import { type Person, personOf } from "../../support/person.ts";

const all = tokenScopeSchema.options;

/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(anyModes)("%s", (mode) => {
  let server: AnyServer;
  beforeAll(async () => {
    server = await openAnyServer(mode);
  });
  afterAll(() => server.close());

  async function tokenOf(person: Person, scopes: readonly TokenScope[], expiresAt: string | null = null) {
    const made = await person.call(createAccessToken, { body: { name: "script", scopes: [...scopes], expiresAt } });
    return { ...made, person: personOf(server.url, { user: person.user, accessToken: made.token }) };
  }

  const urlFor = ({ path }: Operation) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => (name === "name" ? "x" : crypto.randomUUID()));

  /** What the endpoint says to a request without a body; streams are cut once their head is there. */
  async function knock(operation: Operation, token: string): Promise<string> {
    const abort = new AbortController();
    const answer = await fetch(server.url + urlFor(operation), {
      method: operation.method,
      headers: { authorization: `Bearer ${token}` },
      signal: abort.signal,
    });
    if (operation.result === "events" && answer.ok) {
      abort.abort();
      return "200";
    }
    if (operation.method === "HEAD") return String(answer.status);
    return verdict(answer);
  }

  const guarded = () =>
    operations.filter(
      ({ access, method, path }) =>
        (access === "signed-in" || access === "admin") &&
        server.inside.app.hasRoute({ method, url: path.replace(/\{(\w+)\}/g, ":$1") }),
    );

  insideTest("every operation is open to tokens with its scope, and to no other token", async () => {
    const tokens = new Map<TokenScope, string>();
    for (const scope of all) tokens.set(scope, (await tokenOf(server.admin, [scope])).token);
    expect(guarded().length).toBeGreaterThan(45);
    for (const operation of guarded()) {
      const needed = scopeOf(operation);
      for (const [scope, token] of tokens) {
        const said = await knock(operation, token);
        const open = needed === "any" || needed === scope;
        const shut = operation.method === "HEAD" ? "403" : "403 token_scope_missing";
        if (open) expect.soft(said, `${operation.id} with ${scope}`).not.toBe(shut);
        else expect.soft(said, `${operation.id} with ${scope}`).toBe(shut);
      }
    }
  });

  insideTest("what belongs to the account is shut to a token with all scopes", async () => {
    const { token } = await tokenOf(server.admin, all);
    for (const id of [
      "createAccessToken",
      "listAccessTokens",
      "revokeAccessToken",
      "changePassword",
      "updateMe",
      "enrolFactor",
      "renewRecoveryCodes",
      "listSessions",
      "logout",
    ]) {
      const operation = operations.find((each) => each.id === id) as Operation;
      expect(await knock(operation, token), id).toBe("403 token_scope_missing");
    }
    const own = await fetch(`${server.url}/api/v1/admin/users/${server.admin.id}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ password: "a password that I was not given" }),
    });
    expect(await verdict(own)).toBe("403 token_scope_missing");
  });

  insideTest("a token is shown once, does its work, says when it was used, and ends at once", async () => {
    const ada = await server.person();
    const { person, token, id } = await tokenOf(ada, ["files:read", "files:write"]);
    expect(token).toMatch(/^hf_[0-9A-Za-z]{43}$/);
    const file = await person.put("from a script.txt", "hello");
    expect((await person.read(file.id)).toString()).toBe("hello");
    expect(await verdict(await person.fetch("/api/v1/shares"))).toBe("403 token_scope_missing");

    const { items } = await ada.call(listAccessTokens);
    expect(items).toMatchObject([{ id, name: "script", scopes: ["files:read", "files:write"] }]);
    expect(Date.parse(items[0]?.lastUsedAt as string)).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify(items)).not.toContain(token.slice(3));
    const { rows } = await server.inside.services.pool.query(
      "select t::text as row from holdfast.access_tokens t union all select detail::text from holdfast.audit_log",
    );
    expect(rows.map(({ row }) => row).join()).not.toContain(token.slice(3, 20));

    await ada.call(revokeAccessToken, { params: { id } });
    expect(await verdict(await person.fetch("/api/v1/me"))).toBe("401 session_ended");
    const mallory = await server.person();
    const kept = await tokenOf(ada, ["files:read"]);
    await expect(mallory.call(revokeAccessToken, { params: { id: kept.id } })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await verdict(await kept.person.fetch("/api/v1/me"))).toBe("200");
  });

  insideTest("use is noted once a minute", async () => {
    const ada = await server.person();
    const { person, id } = await tokenOf(ada, ["files:read"]);
    const used = async () =>
      (
        await server.inside.services.pool.query("select last_used_at as at from holdfast.access_tokens where id = $1", [
          id,
        ])
      ).rows[0].at;
    await person.fetch("/api/v1/me");
    const first = await used();
    server.inside.services.auth.forget(ada.id);
    await person.fetch("/api/v1/me");
    expect(await used()).toEqual(first);
    await server.inside.services.pool.query(
      "update holdfast.access_tokens set last_used_at = now() - interval '61 seconds' where id = $1",
      [id],
    );
    server.inside.services.auth.forget(ada.id);
    await person.fetch("/api/v1/me");
    expect((await used()).getTime()).toBeGreaterThanOrEqual(first.getTime());
  });

  test("a token is no more than its person: disabled, demoted, deleted", async () => {
    const ada = await server.person();
    const { admin } = server;
    const patch = (body: object) =>
      admin.fetch(`/api/v1/admin/users/${ada.id}`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    await expect(tokenOf(ada, ["admin"])).rejects.toMatchObject({ code: "forbidden" });
    await patch({ role: "admin" });
    const { person } = await tokenOf(ada, ["admin"]);
    expect(await verdict(await person.fetch("/api/v1/admin/users"))).toBe("200");
    await patch({ role: "user" });
    expect(await verdict(await person.fetch("/api/v1/admin/users"))).toBe("403 forbidden");
    await patch({ status: "disabled" });
    expect(await verdict(await person.fetch("/api/v1/me"))).toBe("403 user_disabled");
    await patch({ status: "active" });
    expect(await verdict(await person.fetch("/api/v1/me"))).toBe("200");
    await admin.fetch(`/api/v1/admin/users/${ada.id}`, { method: "DELETE" });
    expect(await verdict(await person.fetch("/api/v1/me"))).toBe("401 session_ended");
  });

  test("a token expires, and none is made that has", async () => {
    const ada = await server.person();
    const { person } = await tokenOf(ada, ["files:read"], new Date(Date.now() + 1500).toISOString());
    expect(await verdict(await person.fetch("/api/v1/me"))).toBe("200");
    await expect.poll(async () => verdict(await person.fetch("/api/v1/me"))).toBe("401 unauthenticated");
    await expect(tokenOf(ada, ["files:read"], "2020-01-01T00:00:00Z")).rejects.toMatchObject({
      code: "invalid_expiry",
    });
  });

  test("as an app password it goes with the email address, and never with another site's page", async () => {
    const ada = await server.person();
    const { token } = await tokenOf(ada, ["files:read"]);
    const ask = (name: string, password: string, headers: Record<string, string> = {}) =>
      fetch(`${server.url}/api/v1/files`, {
        headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`, ...headers },
      });
    expect(await verdict(await ask(ada.email, token))).toBe("200");
    expect(await verdict(await ask(ada.email.toUpperCase(), token))).toBe("200");
    expect(await verdict(await ask("someone@example.org", token))).toBe("401 unauthenticated");
    expect(await verdict(await ask(ada.email, "correct horse battery"))).toBe("401 unauthenticated");
    expect(await verdict(await ask(ada.email, token, { origin: "https://evil.example" }))).toBe("403 bad_origin");
  });

  insideTest("many at once make no more tokens than there may be", async () => {
    const ada = await server.person();
    await server.inside.services.pool.query(
      `insert into holdfast.access_tokens (id, user_id, name, token_hash, scopes)
     select gen_random_uuid(), $1::uuid, 'x', sha256(convert_to($1::uuid::text || n, 'UTF8')), '{files:read}' from generate_series(1, 97) n`,
      [ada.id],
    );
    const made = await Promise.allSettled(Array.from({ length: 8 }, () => tokenOf(ada, ["files:read"])));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });
});
