import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import { confirmRecovery, createAccessToken, me } from "../../../packages/contract/src/index.ts";
import { startServer, type TestServer } from "../../support/server.ts";

/** Banned where accounts are kept, as at a Supabase's own pages: no session ends there, so what is asked next has to look. */
describe("nobody without a standing: a user who is banned while a session goes on", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  const ban = (id: string) =>
    server.services.pool.query("update auth.users set banned_until = now() + interval '1 day' where id = $1", [id]);
  const codeOf = (answer: Promise<unknown>) =>
    answer.then(() => "answered").catch(({ code }: { code: string }) => code);

  test("is answered nothing, by session and by personal token", async () => {
    const person = await server.person("banned");
    const { token } = await person.call(createAccessToken, { body: { name: "script", scopes: ["files:read"] } });
    const script = createClient({ baseUrl: server.url, headers: () => ({ authorization: `Bearer ${token}` }) });
    expect(await codeOf(person.call(me))).toBe("answered");
    await ban(person.id);
    await expect.poll(() => codeOf(person.call(me))).toBe("user_disabled");
    await expect.poll(() => codeOf(script(me))).not.toBe("answered");
  });

  test("chooses no password by a session that a mail opened", async () => {
    const { identity } = server.services.auth;
    const call = createClient({ baseUrl: server.url });
    const open = async (email: string) => {
      const { userId, tokenHash } = await identity.makeInvitation(email);
      const session = await identity.redeemLink(tokenHash, "invite", { ip: "127.0.0.1", userAgent: null });
      return { userId, accessToken: session?.accessToken as string };
    };
    const choose = (accessToken: string) =>
      codeOf(call(confirmRecovery, { body: { accessToken, password: "chosen from a mail" } }));
    const { userId, accessToken } = await open("mailed@example.org");
    await ban(userId);
    expect(await choose(accessToken)).toBe("user_disabled");
    expect(await choose((await open("another@example.org")).accessToken)).toBe("answered");
  });
});
