import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity();
});
afterAll(() => service.close());

describe("without a mailer", () => {
  test("sign-up opens a session, and the password opens another one", async () => {
    const email = freshEmail();
    const first = await ok(
      service.client().auth.signUp({ email: email.toUpperCase(), password, options: { data: { full_name: "Ada" } } }),
    );
    expect(first.session?.expires_in).toBe(3600);
    expect(first.user).toMatchObject({
      email,
      role: "authenticated",
      aud: "authenticated",
      phone: "",
      is_anonymous: false,
    });
    expect(first.user?.app_metadata).toEqual({ provider: "email", providers: ["email"] });
    expect(first.user?.user_metadata).toMatchObject({ full_name: "Ada", email_verified: true });
    expect(first.user?.identities).toHaveLength(1);
    expect(first.user?.identities?.[0]).toMatchObject({
      provider: "email",
      id: first.user?.id,
      user_id: first.user?.id,
    });
    expect(first.user?.identities?.[0]?.identity_data).toMatchObject({
      email,
      sub: first.user?.id,
      // Nobody has proved it.
      email_verified: false,
    });

    const client = service.client();
    const second = await ok(client.auth.signInWithPassword({ email, password }));
    expect(second.session.refresh_token).toMatch(/^[\w-]{51,}$/);
    expect((await ok(client.auth.getUser())).user.id).toBe(first.user?.id);
  });

  test("a wrong password and an unknown address get the same answer", async () => {
    const email = freshEmail();
    await ok(service.client().auth.signUp({ email, password }));
    const known = service.client().auth.signInWithPassword({ email, password: "wrong password" });
    const unknown = service.client().auth.signInWithPassword({ email: freshEmail(), password });
    expect(await refusal(known)).toEqual({ code: "invalid_credentials", status: 400 });
    expect(await refusal(unknown)).toEqual({ code: "invalid_credentials", status: 400 });
  });

  test("the claims of the access token verify against the published keys", async () => {
    const email = freshEmail();
    const client = service.client();
    const { session } = await ok(client.auth.signUp({ email, password }));
    const verified = await ok(client.auth.getClaims());
    expect(verified?.header.alg).toBe("ES256");
    expect(verified?.claims).toMatchObject({
      iss: `${service.url}/auth/v1`,
      sub: session?.user.id,
      aud: "authenticated",
      role: "authenticated",
      aal: "aal1",
      email,
      is_anonymous: false,
      amr: [{ method: "password", timestamp: expect.any(Number) }],
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test("sign-out ends the access token at once", async () => {
    const email = freshEmail();
    const [here, there] = [service.client(), service.client()];
    await ok(here.auth.signUp({ email, password }));
    const { session } = await ok(there.auth.signInWithPassword({ email, password }));
    await ok(here.auth.signOut({ scope: "others" }));
    expect((await ok(here.auth.getUser())).user.email).toBe(email);
    const answer = await fetch(`${service.url}/auth/v1/user`, {
      headers: { authorization: `Bearer ${session.access_token}` },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-sb-error-code")).toBe("session_not_found");
  });
});
