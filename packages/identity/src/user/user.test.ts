import { afterAll, beforeAll, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity();
});
afterAll(() => service.close());

async function signedUp() {
  const client = service.client();
  const email = freshEmail();
  const { user } = await ok(client.auth.signUp({ email, password }));
  return { client, email, id: user?.id as string };
}

test("metadata is merged on its first level, and null removes a key", async () => {
  const { client } = await signedUp();
  await ok(client.auth.updateUser({ data: { name: "Ada", settings: { theme: "dark" } } }));
  const { user } = await ok(client.auth.updateUser({ data: { name: null, settings: { size: 2 } } }));
  expect(user.user_metadata).toMatchObject({ settings: { size: 2 } });
  expect(user.user_metadata).not.toHaveProperty("name");
});

test("nobody writes their own app_metadata or role", async () => {
  const { client, id } = await signedUp();
  const { session } = await ok(client.auth.getSession());
  const put = (body: object) =>
    fetch(`${service.url}/auth/v1/user`, {
      method: "PUT",
      headers: { authorization: `Bearer ${session?.access_token}` },
      body: JSON.stringify(body),
    });
  expect((await put({ app_metadata: { holdfast_role: "admin" } })).headers.get("x-sb-error-code")).toBe("not_admin");
  expect(
    (await put({ role: "service_role", aud: "other", is_super_admin: true, id: crypto.randomUUID() })).status,
  ).toBe(200);
  const { rows } = await service.pool.query(
    "SELECT role, aud, is_super_admin, raw_app_meta_data FROM auth.users WHERE id = $1",
    [id],
  );
  expect(rows[0]).toEqual({
    role: "authenticated",
    aud: "authenticated",
    is_super_admin: null,
    raw_app_meta_data: { provider: "email", providers: ["email"] },
  });
});

test("a new password ends the other sessions and not this one", async () => {
  const { client, email } = await signedUp();
  const other = service.client();
  await ok(other.auth.signInWithPassword({ email, password }));
  await ok(client.auth.updateUser({ password: "a new password" }));
  await ok(client.auth.getUser());
  expect(await refusal(other.auth.refreshSession())).toMatchObject({ code: "refresh_token_not_found" });
  expect(await refusal(client.auth.updateUser({ password: "a new password" }))).toEqual({
    code: "same_password",
    status: 422,
  });
  expect(await refusal(client.auth.updateUser({ password: "short" }))).toEqual({ code: "weak_password", status: 422 });
});

test("the present password is asked for where that is configured", async () => {
  service.config.passwordChangeNeedsCurrentPassword = true;
  const { client } = await signedUp();
  const change = (current?: string) =>
    client.auth.updateUser({ password: "a new password", ...(current ? { current_password: current } : {}) });
  expect(await refusal(change())).toEqual({ code: "current_password_required", status: 400 });
  expect(await refusal(change("wrong password"))).toEqual({ code: "current_password_invalid", status: 400 });
  await ok(change(password));
  service.config.passwordChangeNeedsCurrentPassword = false;
});

test("without a mailer an address changes at once, unless somebody has it", async () => {
  const [{ client }, taken, email] = [await signedUp(), await signedUp(), freshEmail()];
  expect(await refusal(client.auth.updateUser({ email: taken.email }))).toEqual({ code: "email_exists", status: 422 });
  const { user } = await ok(client.auth.updateUser({ email }));
  expect(user).toMatchObject({ email, user_metadata: { email } });
  // Nobody has shown that the mailbox is theirs.
  expect(user.identities?.[0]?.identity_data).toMatchObject({ email, email_verified: false });
  await ok(service.client().auth.signInWithPassword({ email, password }));
  expect(await refusal(service.client().auth.resetPasswordForEmail(email))).toEqual({
    code: "email_provider_disabled",
    status: 400,
  });
});

test("an access token ends with the account", async () => {
  const { client, id } = await signedUp();
  const { session } = await ok(client.auth.getSession());
  await ok(service.admin().auth.admin.deleteUser(id));
  const answer = await fetch(`${service.url}/auth/v1/user`, {
    headers: { authorization: `Bearer ${session?.access_token}` },
  });
  expect([answer.status, answer.headers.get("x-sb-error-code")]).toEqual([403, "user_not_found"]);
});

test("an access token ends when it expires", async () => {
  const { client } = await signedUp();
  const { session } = await ok(client.auth.getSession());
  service.advance(3601);
  const answer = await fetch(`${service.url}/auth/v1/user`, {
    headers: { authorization: `Bearer ${session?.access_token}` },
  });
  expect([answer.status, answer.headers.get("x-sb-error-code")]).toEqual([403, "bad_jwt"]);
});
