import { afterAll, beforeAll, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, refusal, startIdentity } from "../testing/start-identity.ts";
import { type StoredChain, storeTokens } from "../testing/store-tokens.ts";
import { cleanUpIdentity } from "./clean-up.ts";

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity({ mail: true, config: { autoconfirm: true } });
});
afterAll(() => service.close());

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

test("what is in use stays, however old it is", async () => {
  const client = service.client();
  const { user } = await ok(client.auth.signUp({ email: freshEmail(), password }));
  await ok(client.auth.refreshSession());
  const nothing = { sessions: 0, refreshTokens: 0, unfinished: 0 };
  expect(await cleanUpIdentity(service.pool, service.config, inDays(400))).toMatchObject(nothing);
  await ok(client.auth.refreshSession());

  const chain: StoredChain = [
    ["abcdefgh0001", null, true],
    ["abcdefgh0002", "abcdefgh0001", true],
    ["abcdefgh0003", "abcdefgh0002", false],
  ];
  await storeTokens(service.pool, user?.id as string, chain);
  // Of three tokens the first goes; the second is the parent of the one that counts.
  expect(await cleanUpIdentity(service.pool, service.config, inDays(400))).toMatchObject({
    ...nothing,
    refreshTokens: 1,
  });
  // The third one is answered with one that is stored nowhere: who lost the answer may still come back with it.
  const next = () => client.auth.refreshSession({ refresh_token: "abcdefgh0003" });
  const { session } = await ok(next());
  expect(await cleanUpIdentity(service.pool, service.config, inDays(400))).toMatchObject({
    ...nothing,
    refreshTokens: 1,
  });
  expect((await ok(next())).session?.refresh_token).toBe(session?.refresh_token);
  await ok(client.auth.refreshSession({ refresh_token: session?.refresh_token as string }));
  expect(await cleanUpIdentity(service.pool, service.config, inDays(400))).toMatchObject({
    ...nothing,
    refreshTokens: 1,
  });
});

test("what nobody can use any more goes", async () => {
  const client = service.client();
  const email = freshEmail();
  const { session } = await ok(client.auth.signUp({ email, password }));
  await ok(client.auth.mfa.enroll({ factorType: "totp", friendlyName: "never verified" }));
  await ok(client.auth.resetPasswordForEmail(email));
  await service.mailbox?.next(email);
  await storeTokens(service.pool, session?.user.id as string, [["abcdefgh0009", null, true]]);
  expect(await cleanUpIdentity(service.pool, service.config)).toMatchObject({
    sessions: 0,
    refreshTokens: 0,
    unfinished: 0,
    audit: 0,
  });
  expect(await cleanUpIdentity(service.pool, service.config, inDays(2))).toMatchObject({ sessions: 1, unfinished: 1 });
  // Codes as long as an invitation waits.
  expect(await cleanUpIdentity(service.pool, service.config, inDays(8))).toMatchObject({ unfinished: 1 });
});

test.each([{ sessionTimebox: 3600 }, { inactivityTimeout: 3600 }])("sessions go after %j", async (limit) => {
  const client = service.client();
  await ok(client.auth.signUp({ email: freshEmail(), password }));
  const config = { ...service.config, ...limit };
  await cleanUpIdentity(service.pool, config, inDays(0));
  await ok(client.auth.getUser());
  await cleanUpIdentity(service.pool, config, inDays(1));
  expect(await refusal(client.auth.refreshSession())).toMatchObject({ code: "refresh_token_not_found" });
});

test("sessions beyond a thousand of one account go, and the audit of more than a year ago", async () => {
  const client = service.client();
  const { user } = await ok(client.auth.signUp({ email: freshEmail(), password }));
  const userId = user?.id;
  await service.pool.query(
    `INSERT INTO auth.sessions (id, user_id, created_at, updated_at)
     SELECT gen_random_uuid(), $1, now() - interval '1 hour', now() FROM generate_series(1, 1004)`,
    [userId],
  );
  await cleanUpIdentity(service.pool, service.config);
  const { rowCount } = await service.pool.query("SELECT FROM auth.sessions WHERE user_id = $1", [userId]);
  expect(rowCount).toBe(1000);
  await ok(client.auth.getUser());
  expect((await cleanUpIdentity(service.pool, service.config, inDays(300))).audit).toBe(0);
  expect((await cleanUpIdentity(service.pool, service.config, inDays(366))).audit).toBeGreaterThan(0);
});
