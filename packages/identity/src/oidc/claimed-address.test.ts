import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";
import { browse, type RunningProvider, startProvider } from "../testing/start-provider.ts";

const app = "http://app.example.org";
let service: RunningIdentity;
let provider: RunningProvider;
beforeAll(async () => {
  service = await startIdentity({ mail: true, config: { redirectAllowList: [`${app}/**`], manualLinking: true } });
  provider = await startProvider(`${service.url}/auth/v1/callback`);
  const { issuer, clientId, clientSecret } = provider;
  service.config.oidc = [{ id: "home", name: "Home", issuer, clientId, clientSecret, allowHttp: true }];
});
afterAll(async () => {
  await service.close();
  await provider.close();
});
beforeEach(() => {
  service.config.autoconfirm = false;
});

let subjects = 0;
/** Back from the provider, where somebody is signed in who owns the address. */
async function viaProvider(email: string, more: Record<string, string> = {}, start?: string): Promise<URLSearchParams> {
  provider.person = { sub: `owner ${++subjects}`, email, email_verified: true, name: "Ada" };
  const asked = new URLSearchParams({ provider: "home", redirect_to: `${app}/cb`, ...more });
  const target = await browse(start ?? `${service.url}/auth/v1/authorize?${asked}`, app);
  return new URLSearchParams(target.hash.slice(1));
}

/** An account whose address nobody proved: where accounts confirm themselves. */
async function claimed(email: string) {
  service.config.autoconfirm = true;
  const client = service.client();
  const { user } = await ok(client.auth.signUp({ email, password }));
  service.config.autoconfirm = false;
  return { client, id: user?.id as string };
}

const userOf = async (fragment: URLSearchParams) =>
  (await ok(service.client().auth.getUser(fragment.get("access_token") as string))).user;
const accounts = async (email: string) =>
  (await service.pool.query("SELECT id FROM auth.users WHERE email = $1", [email])).rows.map(({ id }) => id);

test("an account that only claims the address is not joined by its owner's first sign-in", async () => {
  const email = freshEmail();
  const { id } = await claimed(email);
  const back = await viaProvider(email);
  expect(back.get("error_code")).toBe("email_exists");
  const { user } = await ok(service.admin().auth.admin.getUserById(id));
  expect(user?.identities?.map((each) => each.provider)).toEqual(["email"]);
  expect(user?.identities?.[0]?.identity_data?.email_verified).toBe(false);
});

test("who knows its password signs in by it, and links the identity", async () => {
  const email = freshEmail();
  const { client, id } = await claimed(email);
  const options = { redirectTo: `${app}/cb`, skipBrowserRedirect: true };
  const { url } = await ok(client.auth.linkIdentity({ provider: "home" as "google", options }));
  expect((await userOf(await viaProvider(email, {}, url as string))).id).toBe(id);
  // From then on the address is proved, by the provider: another of its identities joins as well.
  expect((await userOf(await viaProvider(email))).id).toBe(id);
});

test("who does not know it takes the address, and the claim is evicted with everything that is in it", async () => {
  const email = freshEmail();
  const { client, id } = await claimed(email);
  const owner = await userOf(await viaProvider(email, { take_address: "true" }));
  expect(owner).toMatchObject({ email, identities: [{ provider: "home" }] });
  expect(owner.id).not.toBe(id);
  expect(await accounts(email)).toEqual([owner.id]);
  expect(await refusal(service.client().auth.signInWithPassword({ email, password }))).toMatchObject({
    code: "invalid_credentials",
  });
  const { user: former } = await ok(client.auth.getUser());
  expect(former).toMatchObject({ id, email: "" });
});

test("a claim stays where no account may be made in its place", async () => {
  const email = freshEmail();
  const { id } = await claimed(email);
  service.config.signup = "closed";
  const back = await viaProvider(email, { take_address: "true" });
  service.config.signup = "open";
  expect(back.get("error_code")).toBe("signup_disabled");
  expect(await accounts(email)).toEqual([id]);
});

test("a proved address is not taken by asking for it", async () => {
  const email = freshEmail();
  const { user } = await ok(service.admin().auth.admin.createUser({ email, password, email_confirm: true }));
  expect((await userOf(await viaProvider(email, { take_address: "true" }))).id).toBe(user.id);
});

test("another account that proves the address by mail evicts the claim", async () => {
  const email = freshEmail();
  const { id } = await claimed(email);
  const owner = service.client();
  const present = freshEmail();
  await ok(owner.auth.signUp({ email: present, password }));
  const codeFor = async (address: string) => (await service.mailbox?.next(address))?.code() ?? "";
  const verify = (address: string, token: string, type: "signup" | "email_change") =>
    ok(owner.auth.verifyOtp({ email: address, token, type }));
  await verify(present, await codeFor(present), "signup");
  await ok(owner.auth.updateUser({ email }));
  expect(await accounts(email)).toEqual([id]);
  await verify(present, await codeFor(present), "email_change");
  const { user } = await verify(email, await codeFor(email), "email_change");
  expect(await accounts(email)).toEqual([user?.id]);
  // A proved address is nobody else's.
  const third = await claimed(freshEmail());
  expect(await refusal(third.client.auth.updateUser({ email }))).toMatchObject({ code: "email_exists" });
});

test("the first who reads the mailbox of a claimed address leaves its claimant no way in", async () => {
  const email = freshEmail();
  const { client, id } = await claimed(email);
  await ok(service.client().auth.signInWithOtp({ email }));
  const token = (await service.mailbox?.next(email))?.code() ?? "";
  const { user } = await ok(service.client().auth.verifyOtp({ email, token, type: "email" }));
  expect(user?.id).toBe(id);
  expect(await refusal(client.auth.getUser())).toMatchObject({ status: 400 });
  expect(await refusal(service.client().auth.signInWithPassword({ email, password }))).toMatchObject({
    code: "invalid_credentials",
  });
  // It is proved now: nothing of this happens a second time.
  expect((await userOf(await viaProvider(email))).id).toBe(id);
});
