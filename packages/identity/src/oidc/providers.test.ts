import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningGithub, startGithub } from "../testing/start-github.ts";
import { freshEmail, ok, type RunningIdentity, startIdentity } from "../testing/start-identity.ts";
import { browse, type RunningProvider, startProvider } from "../testing/start-provider.ts";

/** Several providers at once, under the names that clients use: one of OpenID Connect, and GitHub, which has only OAuth 2. */
let service: RunningIdentity;
let keycloak: RunningProvider;
let github: RunningGithub;
beforeAll(async () => {
  service = await startIdentity();
  keycloak = await startProvider(`${service.url}/auth/v1/callback`);
  github = await startGithub();
  const { issuer, clientId, clientSecret } = keycloak;
  service.config.oidc = [
    { id: "keycloak", name: "Keycloak", issuer, clientId, clientSecret, allowHttp: true },
    {
      ...{ id: "github", name: "GitHub", kind: "github", issuer: github.url, allowHttp: true, scopes: ["read:org"] },
      ...{ clientId: github.clientId, clientSecret: github.clientSecret },
    },
  ];
});
afterAll(async () => {
  await Promise.all([service.close(), keycloak.close(), github.close()]);
});

async function signIn(provider: string) {
  const client = service.client("pkce");
  const { url } = await ok(
    client.auth.signInWithOAuth({ provider: provider as "github", options: { skipBrowserRedirect: true } }),
  );
  const back = await browse(url as string, "http://localhost:3000");
  return { client, back };
}

async function signedIn(provider: string) {
  const { client, back } = await signIn(provider);
  expect(back.searchParams.get("error_description")).toBeNull();
  return ok(client.auth.exchangeCodeForSession(back.searchParams.get("code") as string));
}

test("the settings name those that are offered, and the others as switched off", async () => {
  const { external } = (await (await fetch(`${service.url}/auth/v1/settings`)).json()) as { external: object };
  expect(external).toMatchObject({ keycloak: true, github: true, google: false, gitlab: false, email: true });
});

test("GitHub: the account gets the primary address that GitHub has verified, whatever the profile shows", async () => {
  const [primary, other] = [freshEmail(), freshEmail()];
  github.person = {
    ...{ id: 4711, login: "octocat", name: "Mona Lisa", email: "victim@example.org" },
    emails: [
      { email: other, primary: false, verified: true },
      { email: primary.toUpperCase(), primary: true, verified: true },
    ],
  };
  const { user, session } = await signedIn("github");
  expect(user).toMatchObject({ email: primary, app_metadata: { provider: "github", providers: ["github"] } });
  expect(user?.user_metadata).toMatchObject({ full_name: "Mona Lisa", user_name: "octocat", email_verified: true });
  expect(user?.identities).toMatchObject([{ provider: "github", id: "4711", identity_data: { sub: "4711" } }]);
  expect(session?.provider_token).toMatch(/^gho_/);
  expect(github.scopes).toBe("user:email read:org");
  // The same person again, with another address meanwhile, is the same account.
  github.person = { ...github.person, emails: [{ email: other, primary: true, verified: true }] };
  expect((await signedIn("github")).user?.id).toBe(user?.id);
});

test("GitHub: an address that it has not verified opens nobody's account", async () => {
  const { user } = await ok(service.admin().auth.admin.createUser({ email: freshEmail(), email_confirm: true }));
  const emails = [{ email: user?.email as string, primary: true, verified: false }];
  github.person = { id: 666, login: "mallory", email: user?.email as string, emails };
  const { back } = await signIn("github");
  expect(back.searchParams.get("code")).toBeNull();
  expect(back.searchParams.get("error_code")).toBe("provider_email_needs_verification");
});

test("GitHub: what it refuses is told, and is no failure of the server", async () => {
  github.clientSecret = "another one";
  const { back } = await signIn("github");
  github.clientSecret = "a secret that both know";
  expect(back.searchParams.get("error_code")).toBe("bad_oauth_callback");
});

test("one person may come by two providers, and an ID token is for those that have some", async () => {
  const email = freshEmail();
  github.person = { id: 12, login: "ann", emails: [{ email, primary: true, verified: true }] };
  const { user } = await signedIn("github");
  keycloak.person = { sub: "ann", email, email_verified: true };
  const again = await signedIn("keycloak");
  expect(again.user?.id).toBe(user?.id);
  expect(again.user?.app_metadata.providers?.sort()).toEqual(["github", "keycloak"]);
  const idToken = await new SignJWT({ sub: "12" }).setProtectedHeader({ alg: "HS256" }).sign(new Uint8Array(32));
  const { error } = await service.client().auth.signInWithIdToken({ provider: "github", token: idToken });
  expect(error).toMatchObject({ status: 400, code: "validation_failed" });
});
