import { afterAll, beforeAll, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity({ mail: true });
});
afterAll(() => service.close());

const code = async (email: string) => (await service.mailbox?.next(email))?.code() ?? "";
const signsIn = (email: string, secret: string) =>
  service.client().auth.signInWithPassword({ email, password: secret });

test("who registered an address before its owner keeps no password there", async () => {
  const email = freshEmail();
  await ok(
    service.client().auth.signUp({ email, password: "the password of a stranger", options: { data: { name: "x" } } }),
  );
  await code(email);
  await ok(service.client().auth.signUp({ email, password, options: { data: { name: "Ada" } } }));
  const { user } = await ok(service.client().auth.verifyOtp({ email, token: await code(email), type: "signup" }));
  expect(user?.user_metadata).toMatchObject({ name: "Ada" });
  expect(await refusal(signsIn(email, "the password of a stranger"))).toMatchObject({ code: "invalid_credentials" });
  await ok(signsIn(email, password));
});

test("the mail of an earlier sign-up confirms nothing any more", async () => {
  const email = freshEmail();
  await ok(service.client().auth.signUp({ email, password: "the first password" }));
  const first = await code(email);
  await ok(service.client().auth.signUp({ email, password }));
  await code(email);
  const late = service.client().auth.verifyOtp({ email, token: first, type: "signup" });
  expect(await refusal(late)).toMatchObject({ code: "otp_expired" });
});

test("a sign-up after the confirmation changes nothing", async () => {
  const email = freshEmail();
  await ok(service.client().auth.signUp({ email, password }));
  await ok(service.client().auth.verifyOtp({ email, token: await code(email), type: "signup" }));
  await ok(service.client().auth.signUp({ email, password: "the password of a stranger" }));
  await ok(signsIn(email, password));
});

test.each(["magiclink", "recovery"] as const)(
  "an address that is proved by %s opens with no password of before",
  async (way) => {
    const email = freshEmail();
    await ok(service.client().auth.signUp({ email, password: "the password of a stranger" }));
    await code(email);
    const owner = service.client();
    if (way === "recovery") await ok(owner.auth.resetPasswordForEmail(email));
    else await ok(owner.auth.signInWithOtp({ email }));
    await ok(owner.auth.verifyOtp({ email, token: await code(email), type: "email" }));
    expect(await refusal(signsIn(email, "the password of a stranger"))).toMatchObject({ code: "invalid_credentials" });
    await ok(owner.auth.updateUser({ password }));
    await ok(signsIn(email, password));
  },
);

test("sessions that an unconfirmed account has end when its owner confirms it", async () => {
  const email = freshEmail();
  const { user } = await ok(service.client().auth.signUp({ email, password }));
  const { rows } = await service.pool.query(
    "INSERT INTO auth.sessions (id, user_id, created_at, updated_at, aal) VALUES (gen_random_uuid(), $1, now(), now(), 'aal1') RETURNING id",
    [user?.id],
  );
  await ok(service.client().auth.verifyOtp({ email, token: await code(email), type: "signup" }));
  const left = await service.pool.query("SELECT FROM auth.sessions WHERE id = $1", [rows[0].id]);
  expect(left.rowCount).toBe(0);
});
