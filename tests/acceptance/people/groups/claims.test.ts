import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addGroupMember, createGroup, listGroupMembers, listGroups } from "../../../../packages/contract/src/index.ts";
import { type RunningProvider, startProvider } from "../../../../packages/identity/src/testing/start-provider.ts";
import { type Installation, openInstallation } from "../../../support/auth/modes.ts";
import { signInThroughProvider } from "../../../support/auth/through-provider.ts";
import { type Person, signIn, testPassword } from "../../../support/person.ts";
import { freePort } from "../../../support/product.ts";
import type { TestServer } from "../../../support/server.ts";

/** An installation whose provider names groups in the claim `teams`. */
async function open(env: Record<string, string>) {
  const port = await freePort();
  const PUBLIC_URL = `http://127.0.0.1:${port}`;
  const provider = await startProvider(`${PUBLIC_URL}/auth/v1/callback`);
  const { issuer, clientId, clientSecret } = provider;
  const installation = await openInstallation("embedded", {
    env: {
      ...{ PORT: String(port), PUBLIC_URL, SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "0" },
      HOLDFAST_ADMIN_EMAIL: "admin@example.org",
      HOLDFAST_ADMIN_PASSWORD: testPassword,
      HOLDFAST_AUTH_OIDC_ISSUER: issuer,
      HOLDFAST_AUTH_OIDC_CLIENT_ID: clientId,
      HOLDFAST_AUTH_OIDC_CLIENT_SECRET: clientSecret,
      ...env,
    },
  });
  return { provider, installation, server: await installation.startServer() };
}

let provider: RunningProvider;
let installation: Installation;
let server: TestServer;
let admin: Person;

const comes = (sub: string, groups?: unknown) => {
  provider.person = { sub, email: `${sub}@example.org`, email_verified: true, name: sub, groups };
  return signInThroughProvider(server.url);
};
const membersOf = async (id: string) =>
  (await admin.call(listGroupMembers, { params: { id } })).items.map(({ email, fromClaim }) => [email, fromClaim]);
const close = async () => {
  await installation.close();
  await provider.close();
};

describe("groups of an identity provider", () => {
  let id: string;
  beforeAll(async () => {
    ({ provider, installation, server } = await open({ HOLDFAST_AUTH_GROUPS: "files-*, staff" }));
    admin = server.admin;
    const body = { name: "Editors", externalName: "files-editors" };
    ({ id } = await admin.call(createGroup, { body }));
  });
  afterAll(close);

  test("at each sign-in people come and go with what it says, and who was added by hand stays", async () => {
    await comes("ada", ["files-editors", "files-unknown", 7, { a: 1 }]);
    await comes("bob", "files-editors");
    expect(await membersOf(id)).toEqual([
      ["ada@example.org", true],
      ["bob@example.org", true],
    ]);
    const { userId } = (await admin.call(listGroupMembers, { params: { id } })).items[1]!;
    expect(await admin.call(addGroupMember, { params: { id }, body: { userId } })).toMatchObject({ fromClaim: false });
    await comes("ada", ["something-else"]);
    await comes("bob", []);
    expect(await membersOf(id)).toEqual([["bob@example.org", false]]);
    await comes("ada", ["files-editors"]);
    await comes("ada");
    expect(await membersOf(id)).toEqual([["bob@example.org", false]]);
    expect((await admin.call(listGroups, {})).items).toHaveLength(1);
    const { rows } = await server.services.pool.query(
      "select action, detail ->> 'by' as by from holdfast.audit_log where target_id = $1 and detail ->> 'by' = 'claim' order by id",
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...["group.join", "group.join", "group.leave", "group.join", "group.leave"],
    ]);
  });

  test("only names that the settings ask for count", async () => {
    const { id: other } = await admin.call(createGroup, { body: { name: "Other", externalName: "other" } });
    await comes("cid", ["other", "files-editors"]);
    expect(await membersOf(other)).toEqual([]);
    expect(await membersOf(id)).toContainEqual(["cid@example.org", true]);
  });

  test("nobody names groups of their own: neither at sign-up, nor in what they may change of their account", async () => {
    const answer = await fetch(`${server.url}/auth/v1/signup`, {
      method: "POST",
      headers: { "content-type": "application/json", apikey: await installation.keyOf("anon") },
      body: JSON.stringify({
        ...{ email: "eve@example.org", password: testPassword },
        data: { groups: ["files-editors"], app_metadata: { groups: ["files-editors"] } },
        app_metadata: { groups: ["files-editors"] },
      }),
    });
    expect(answer.status).toBe(200);
    await signIn(server.url, "eve@example.org");
    expect((await membersOf(id)).flat()).not.toContain("eve@example.org");
  });

  test("app_metadata counts, which only the identity service's administrators write", async () => {
    const eve = await server.services.pool.query("select id from auth.users where email = 'eve@example.org'");
    const put = async (groups: unknown) =>
      fetch(`${server.url}/auth/v1/admin/users/${eve.rows[0].id}`, {
        method: "PUT",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${await installation.keyOf("service-role")}`,
        },
        body: JSON.stringify({ app_metadata: { groups } }),
      });
    expect((await put(["files-editors"])).status).toBe(200);
    expect(await membersOf(id)).toContainEqual(["eve@example.org", true]);
    await put([]);
    expect((await membersOf(id)).flat()).not.toContain("eve@example.org");
  });
});

describe("groups that are made, and that may sign in", () => {
  beforeAll(async () => {
    ({ provider, installation, server } = await open({
      ...{ HOLDFAST_AUTH_GROUPS_CREATE: "on", HOLDFAST_AUTH_SIGN_IN_GROUP: "files" },
    }));
    admin = server.admin;
  });
  afterAll(close);

  test("missing groups are made; one that an administrator made under that name is not given away", async () => {
    const { id: own } = await admin.call(createGroup, { body: { name: "Board" } });
    expect((await comes("ada", ["files", "board", "house"])).path).toBe("/files");
    const { items } = await admin.call(listGroups, {});
    expect(items.map(({ name, externalName }) => [name, externalName])).toEqual([
      ["Board", null],
      ["files", "files"],
      ["house", "house"],
    ]);
    expect(await membersOf(own)).toEqual([]);
  });

  test("who is not in the group is refused and told so, whatever way they come, and at once when they leave it", async () => {
    expect((await comes("bob", ["house"])).path).toBe("/sign-in?problem=not_in_group");
    const refused = { status: 403, code: "not_in_group" };
    const ada = (await comes("ada", ["files"])).browser;
    expect((await ada.request("GET", "/api/v1/me")).status).toBe(200);
    expect((await comes("ada", ["house"])).path).toBe("/sign-in?problem=not_in_group");
    await expect.poll(async () => (await ada.request("GET", "/api/v1/me")).status).toBe(403);
    await expect(server.person("cid")).rejects.toMatchObject(refused);
    await expect(signIn(server.url, "cid@example.org")).rejects.toMatchObject(refused);
    expect((await admin.fetch("/api/v1/me")).status).toBe(200);
  });
});
