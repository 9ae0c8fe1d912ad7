import type { SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { OidcProvider } from "../config.ts";
import type { Mailbox } from "../testing/mailbox.ts";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";
import { browse, type Person, type RunningProvider, startProvider } from "../testing/start-provider.ts";

const app = "http://app.example.org";
let service: RunningIdentity;
let provider: RunningProvider;
let settings: OidcProvider;
beforeAll(async () => {
  service = await startIdentity({ mail: true, config: { redirectAllowList: [`${app}/**`], manualLinking: true } });
  provider = await startProvider(`${service.url}/auth/v1/callback`);
  settings = {
    id: "home",
    name: "Home",
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    allowHttp: true,
  };
});
afterAll(async () => {
  await service.close();
  await provider.close();
});
beforeEach(() => {
  service.config.signup = "open";
  service.config.oidc = [settings];
});

let counter = 0;
const somebody = (fields: Partial<Person> = {}): Person => ({
  sub: `subject ${++counter}`,
  email: freshEmail(),
  email_verified: true,
  name: "Ada Lovelace",
  picture: "https://example.org/ada.png",
  ...fields,
});

async function signIn(person: Person | null, client: SupabaseClient): Promise<URL> {
  provider.person = person;
  const options = { redirectTo: `${app}/cb?keep=1`, skipBrowserRedirect: true };
  const { url } = await ok(client.auth.signInWithOAuth({ provider: "home" as "google", options }));
  return browse(url as string, app);
}

const fragmentOf = (target: URL) => new URLSearchParams(target.hash.slice(1));
const errorOf = (target: URL) => fragmentOf(target).get("error_code");

async function session(target: URL, client: SupabaseClient) {
  const fragment = fragmentOf(target);
  expect(errorOf(target)).toBeNull();
  const tokens = {
    access_token: fragment.get("access_token") as string,
    refresh_token: fragment.get("refresh_token") as string,
  };
  return (await ok(client.auth.setSession(tokens))).user;
}

test("the implicit flow: an account is made from what the provider says", async () => {
  const person = somebody({ email: freshEmail().toUpperCase() });
  const target = await signIn(person, service.client());
  expect(target.href).toContain(`${app}/cb?keep=1#`);
  expect(fragmentOf(target).get("provider_token")).toBeTruthy();
  const user = await session(target, service.client());
  const email = person.email?.toLowerCase();
  expect(user).toMatchObject({
    email,
    app_metadata: { provider: "home", providers: ["home"] },
    user_metadata: { full_name: "Ada Lovelace", avatar_url: "https://example.org/ada.png", email_verified: true },
  });
  expect(user?.email_confirmed_at).toBeTruthy();
  expect(user?.identities).toMatchObject([
    { provider: "home", id: person.sub, identity_data: { sub: person.sub, iss: provider.issuer } },
  ]);
  const claims = (await ok(service.client().auth.getClaims(fragmentOf(target).get("access_token") as string)))?.claims;
  expect(claims?.amr).toMatchObject([{ method: "oauth" }]);

  const again = await session(await signIn({ ...person, name: "Countess" }, service.client()), service.client());
  expect(again).toMatchObject({ id: user?.id, user_metadata: { full_name: "Countess" } });
});

test("the PKCE flow: the code is redeemed by who started it", async () => {
  const client = service.client("pkce");
  const person = somebody();
  const target = await signIn(person, client);
  expect(target.hash).toBe("");
  expect(target.searchParams.get("keep")).toBe("1");
  const code = target.searchParams.get("code") as string;
  const answer = await ok(client.auth.exchangeCodeForSession(code));
  expect(answer.session.user.email).toBe(person.email);
  expect(answer.session.provider_token).toBeTruthy();
  // The verifier towards the provider and the code are both gone.
  const left = await service.pool.query("SELECT FROM auth.flow_state UNION ALL SELECT FROM auth.oauth_client_states");
  expect(left.rowCount).toBe(0);
});

describe("an account that exists", () => {
  test("is joined by its address when the provider vouches for it", async () => {
    const email = freshEmail();
    const { user } = await ok(service.admin().auth.admin.createUser({ email, password, email_confirm: true }));
    const joined = await session(await signIn(somebody({ email }), service.client()), service.client());
    expect(joined).toMatchObject({ id: user.id, app_metadata: { provider: "email", providers: ["email", "home"] } });
    await ok(service.client().auth.signInWithPassword({ email, password }));
  });

  test.each([false, undefined])("is not joined when email_verified is %s", async (email_verified) => {
    const email = freshEmail();
    const { user } = await ok(service.admin().auth.admin.createUser({ email, password, email_confirm: true }));
    expect(errorOf(await signIn(somebody({ email, email_verified }), service.client()))).toBe(
      "provider_email_needs_verification",
    );
    const { user: after } = await ok(service.admin().auth.admin.getUserById(user.id));
    expect(after?.identities).toHaveLength(1);
  });

  test("that nobody had confirmed is taken from whoever registered it", async () => {
    const email = freshEmail();
    await ok(service.client().auth.signUp({ email, password, options: { data: { planted: true } } }));
    const user = await session(await signIn(somebody({ email }), service.client()), service.client());
    expect(user?.user_metadata).not.toHaveProperty("planted");
    expect(user?.identities?.map((identity) => identity.provider)).toEqual(["home"]);
    expect(await refusal(service.client().auth.signInWithPassword({ email, password }))).toMatchObject({
      code: "invalid_credentials",
    });
  });

  test("stays out when it is banned", async () => {
    const person = somebody();
    const user = await session(await signIn(person, service.client()), service.client());
    await ok(service.admin().auth.admin.updateUserById(user?.id as string, { ban_duration: "1h" }));
    expect(errorOf(await signIn(person, service.client()))).toBe("user_banned");
  });
});

describe("an address that the provider does not vouch for", () => {
  test("is confirmed by mail before the account opens", async () => {
    const person = somebody({ email_verified: false });
    expect(errorOf(await signIn(person, service.client()))).toBe("provider_email_needs_verification");
    const link = (await (service.mailbox as Mailbox).next(person.email as string)).link();
    expect((await fetch(link, { redirect: "manual" })).headers.get("location")).toContain("access_token");
    expect((await session(await signIn(person, service.client()), service.client()))?.email).toBe(person.email);
  });

  test("is not confirmed by another one that the provider vouches for later", async () => {
    const victim = freshEmail();
    const person = somebody({ email: victim, email_verified: false });
    expect(errorOf(await signIn(person, service.client()))).toBe("provider_email_needs_verification");
    const later = { ...person, email: freshEmail(), email_verified: true };
    expect(errorOf(await signIn(later, service.client()))).toBe("provider_email_needs_verification");
    const { rows } = await service.pool.query("SELECT email_confirmed_at FROM auth.users WHERE email = $1", [victim]);
    expect(rows).toEqual([{ email_confirmed_at: null }]);
  });

  test("belongs to nobody, also when it was linked to an account", async () => {
    const client = service.client();
    const [email, victim] = [freshEmail(), freshEmail()];
    const { user } = await ok(service.admin().auth.admin.createUser({ email, password, email_confirm: true }));
    await ok(client.auth.signInWithPassword({ email, password }));
    provider.person = somebody({ email: victim, email_verified: false });
    const options = { redirectTo: `${app}/cb`, skipBrowserRedirect: true };
    const { url } = await ok(client.auth.linkIdentity({ provider: "home" as "google", options }));
    expect(errorOf(await browse(url as string, app))).toBeNull();
    const owner = await session(await signIn(somebody({ email: victim }), service.client()), service.client());
    expect(owner?.email).toBe(victim);
    expect(owner?.id).not.toBe(user.id);
  });

  test("is believed where the administrator says so", async () => {
    service.config.oidc = [{ ...settings, trustEmail: true }];
    const person = somebody({ email_verified: undefined });
    expect((await session(await signIn(person, service.client()), service.client()))?.email).toBe(person.email);
  });

  test("that is missing makes no account", async () => {
    expect(errorOf(await signIn(somebody({ email: undefined }), service.client()))).toBe("email_address_not_provided");
  });
});

describe("a sign-in that fails", () => {
  test("because the provider refused", async () => {
    const target = await signIn(null, service.client("pkce"));
    expect(target.searchParams.get("error_description")).toBe("The person said no");
    expect(fragmentOf(target).get("error")).toBe("access_denied");
  });

  test("because nobody new may come in", async () => {
    service.config.signup = "closed";
    const person = somebody();
    expect(errorOf(await signIn(person, service.client()))).toBe("signup_disabled");
    const { rowCount } = await service.pool.query("SELECT FROM auth.users WHERE email = $1", [person.email]);
    expect(rowCount).toBe(0);
  });

  test.each([
    ["without a state", "code=x", "bad_oauth_callback"],
    ["with a state that is none", "code=x&state=7", "bad_oauth_state"],
    ["with a state that nobody started", `code=x&state=${crypto.randomUUID()}`, "bad_oauth_state"],
  ])("%s", async (_name, query, code) => {
    const answer = await fetch(`${service.url}/auth/v1/callback?${query}`, { redirect: "manual" });
    const target = new URL(answer.headers.get("location") as string);
    expect([target.origin, errorOf(target)]).toEqual(["http://localhost:3000", code]);
  });

  test("with a code of somebody else, and the state is spent by it", async () => {
    const options = { redirectTo: `${app}/cb`, skipBrowserRedirect: true };
    const { url } = await ok(service.client().auth.signInWithOAuth({ provider: "home" as "google", options }));
    const authorize = await fetch(url as string, { redirect: "manual" });
    const state = new URL(authorize.headers.get("location") as string).searchParams.get("state");
    const callback = () => fetch(`${service.url}/auth/v1/callback?code=stolen&state=${state}`, { redirect: "manual" });
    expect(errorOf(new URL((await callback()).headers.get("location") as string))).toBe("bad_oauth_callback");
    expect(errorOf(new URL((await callback()).headers.get("location") as string))).toBe("oauth_client_state_not_found");
  });

  test("after too long", async () => {
    const options = { redirectTo: `${app}/cb`, skipBrowserRedirect: true };
    const { url } = await ok(service.client().auth.signInWithOAuth({ provider: "home" as "google", options }));
    const authorize = await fetch(url as string, { redirect: "manual" });
    provider.person = somebody();
    service.config.flowExpiry = -1;
    const target = await browse(authorize.headers.get("location") as string, "http://localhost:3000");
    expect(errorOf(target)).toBe("bad_oauth_state");
    service.config.flowExpiry = 300;
  });

  test("for a provider that is not configured, or not there", async () => {
    const authorize = (id: string) => fetch(`${service.url}/auth/v1/authorize?provider=${id}`, { redirect: "manual" });
    const unknown = await authorize("google");
    expect([unknown.status, unknown.headers.get("x-sb-error-code")]).toEqual([400, "validation_failed"]);
    service.config.oidc = [{ ...settings, id: "gone", issuer: "http://127.0.0.1:9" }];
    const silenced = vi.spyOn(console, "error").mockImplementation(() => {});
    expect((await authorize("gone")).status).toBe(503);
    expect(silenced).toHaveBeenCalledOnce();
    silenced.mockRestore();
  });
});

describe("identities", () => {
  test("are linked to a signed-in account, and unlinked", async () => {
    const client = service.client();
    const email = freshEmail();
    await ok(service.admin().auth.admin.createUser({ email, password, email_confirm: true }));
    await ok(client.auth.signInWithPassword({ email, password }));
    provider.person = somebody();
    const options = { redirectTo: `${app}/cb`, skipBrowserRedirect: true };
    const link = async () => {
      const { url } = await ok(client.auth.linkIdentity({ provider: "home" as "google", options }));
      return browse(url as string, app);
    };
    expect(errorOf(await link())).toBeNull();
    const { identities } = await ok(client.auth.getUserIdentities());
    expect(identities.map(({ provider: id }) => id)).toEqual(["email", "home"]);
    expect((await ok(client.auth.getUser())).user.email).toBe(email);
    expect(errorOf(await link())).toBe("identity_already_exists");

    await ok(client.auth.unlinkIdentity(identities[1] as (typeof identities)[0]));
    expect((await ok(client.auth.getUser())).user.app_metadata.providers).toEqual(["email"]);
    expect(await refusal(client.auth.unlinkIdentity(identities[0] as (typeof identities)[0]))).toEqual({
      code: "single_identity_not_deletable",
      status: 422,
    });
    service.config.manualLinking = false;
    expect(await refusal(client.auth.linkIdentity({ provider: "home" as "google", options }))).toEqual({
      code: "manual_linking_disabled",
      status: 404,
    });
    service.config.manualLinking = true;
  });

  test("an account takes the address of the identity that is left", async () => {
    const client = service.client();
    const [email, other] = [freshEmail(), freshEmail()];
    await ok(service.admin().auth.admin.createUser({ email, password, email_confirm: true }));
    await ok(client.auth.signInWithPassword({ email, password }));
    provider.person = somebody({ email: other });
    const options = { redirectTo: `${app}/cb`, skipBrowserRedirect: true };
    const { url } = await ok(client.auth.linkIdentity({ provider: "home" as "google", options }));
    await browse(url as string, app);
    const { identities } = await ok(client.auth.getUserIdentities());
    await ok(client.auth.unlinkIdentity(identities[0] as (typeof identities)[0]));
    const { user } = await ok(client.auth.getUser());
    expect(user).toMatchObject({ email: other, app_metadata: { provider: "home", providers: ["home"] } });
    expect(user.email_confirmed_at).toBeTruthy();
  });
});

test("an invitation is accepted by signing in through the provider", async () => {
  service.config.signup = "invite";
  const email = freshEmail();
  const { user } = await ok(service.admin().auth.admin.inviteUserByEmail(email));
  const token = (await (service.mailbox as Mailbox).next(email)).link().searchParams.get("token");
  const query = `provider=home&invite_token=${token}&redirect_to=${encodeURIComponent(`${app}/cb`)}`;
  provider.person = somebody();
  expect(errorOf(await browse(`${service.url}/auth/v1/authorize?${query}`, app))).toBe("validation_failed");
  provider.person = somebody({ email });
  const accepted = await session(await browse(`${service.url}/auth/v1/authorize?${query}`, app), service.client());
  expect(accepted).toMatchObject({ id: user.id, email });
});

test("an ID token that an app got by itself", async () => {
  const { generateKeyPair, exportJWK, SignJWT } = await import("jose");
  const { createServer } = await import("node:http");
  const { createHash } = await import("node:crypto");
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: "RS256" };
  const server = createServer((request, response) => {
    const issuer = `http://${request.headers.host}`;
    const document = {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      authorization_endpoint: `${issuer}/a`,
      token_endpoint: `${issuer}/t`,
    };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/jwks" ? { keys: [jwk] } : document));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  service.config.oidc = [{ ...settings, id: "google", issuer, clientId: "mobile" }];
  const email = freshEmail();
  const token = (audience: string, nonce?: string) =>
    new SignJWT({ sub: email, email, email_verified: true, ...(nonce ? { nonce } : {}) })
      .setProtectedHeader({ alg: "RS256", kid: "k" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
  const grant = async (idToken: Promise<string>, nonce?: string) =>
    service.client().auth.signInWithIdToken({ provider: "google", token: await idToken, ...(nonce ? { nonce } : {}) });
  const hashed = createHash("sha256").update("fresh").digest("hex");
  expect(await refusal(grant(token("somebody else")))).toEqual({ code: "bad_jwt", status: 400 });
  expect(await refusal(grant(token("mobile", hashed), "stale"))).toEqual({ code: "validation_failed", status: 400 });
  expect(await refusal(grant(token("mobile", hashed)))).toEqual({ code: "validation_failed", status: 400 });
  expect((await ok(grant(token("mobile", hashed), "fresh"))).user.email).toBe(email);
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
});

test("a picture that is sent as such does not end up in every token", async () => {
  const person = somebody({ picture: `data:image/png;base64,${"A".repeat(5000)}` });
  const user = await session(await signIn(person, service.client()), service.client());
  expect(user?.user_metadata).not.toHaveProperty("avatar_url");
  expect(user?.user_metadata.full_name).toBe("Ada Lovelace");
});
