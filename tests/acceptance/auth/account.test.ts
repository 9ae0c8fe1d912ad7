import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAccessToken, createShare, deleteMe } from "../../../packages/contract/src/index.ts";
import { type AnyServer, asksGivenServer, insideTest } from "../../support/any-server.ts";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { anyModes, openAnyServer } from "../../support/auth/modes.ts";
import { signIn, testPassword } from "../../support/person.ts";
import { eventually } from "../../support/server.ts";

/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(anyModes)("%s", (mode) => {
  let server: AnyServer;
  beforeAll(async () => {
    server = await openAnyServer(mode);
  });
  afterAll(() => server.close());

  insideTest("the account as a document: everything of mine, nothing of others, no secrets", async () => {
    const ada = await server.person();
    const eve = await server.person();
    await eve.put("of eve.txt", "no");
    const file = await ada.put('of "ada".txt', "hello");
    const { token } = await ada.call(createAccessToken, { body: { name: "laptop", scopes: ["files:read"] } });
    const share = await ada.call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
    await server.inside.services.pool.query(
      `insert into holdfast.files (id, space_id, parent_id, name, kind)
     select gen_random_uuid(), $1::uuid, $1::uuid, 'folder ' || n, 'folder' from generate_series(1, 2100) n`,
      [ada.id],
    );
    const answer = await ada.fetch("/api/v1/me/export");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment/);
    const text = await answer.text();
    const all = JSON.parse(text) as Record<string, { name: string }[]>;
    expect(all.profile).toMatchObject({ id: ada.id, email: ada.email, usedBytes: 5 });
    expect(all.files).toHaveLength(2101);
    expect(all.files).toContainEqual(
      expect.objectContaining({ id: file.id, parentId: null, name: 'of "ada".txt', fileSize: 5 }),
    );
    expect(all.shares).toMatchObject([{ fileId: file.id, linkType: "permanent" }]);
    expect(all.accessTokens).toMatchObject([{ name: "laptop" }]);
    expect(all.sessions).toHaveLength(1);
    expect(all.logins).toHaveLength(1);
    for (const secret of [token, share.token, "of eve.txt"]) expect(text).not.toContain(secret);
    const script = await fetch(`${server.url}/api/v1/me/export`, { headers: { authorization: `Bearer ${token}` } });
    expect(await verdict(script)).toBe("403 token_scope_missing");
  });

  test("deleting my account needs the password, ends every session and token at once, and leaves nothing", async () => {
    const ada = await server.person();
    await ada.put("mine.txt", "hello");
    const { token } = await ada.call(createAccessToken, { body: { name: "laptop", scopes: ["files:read"] } });
    const browser = openBrowser(server.url);
    await browser.request("POST", "/api/v1/auth/login", { email: ada.email, password: testPassword });
    const wrong = await browser.request("POST", "/api/v1/me/delete", { password: "not mine" });
    expect(await verdict(wrong)).toBe("401 invalid_credentials");
    expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
    expect(await verdict(await browser.request("POST", "/api/v1/me/delete", { password: testPassword }))).toBe("204");
    expect(browser.cookies.size).toBe(0);
    expect(await verdict(await ada.fetch("/api/v1/me"))).toBe("401 session_ended");
    const script = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await verdict(script)).toMatch(/^401/);
    await expect(signIn(server.url, ada.email)).rejects.toMatchObject({ code: "invalid_credentials" });
    if (asksGivenServer) return;
    const count = async () =>
      (await server.inside.services.pool.query("select from holdfast.files where space_id = $1", [ada.id])).rowCount;
    await eventually(async () => (await count()) === 0);
  });

  insideTest("the last administrator stays", async () => {
    await expect(server.admin.call(deleteMe, { body: { password: testPassword } })).rejects.toMatchObject({
      code: "last_admin",
    });
  });
});
