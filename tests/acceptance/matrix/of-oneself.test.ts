import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import {
  changePassword,
  confirmFactor,
  createAccessToken,
  enrolFactor,
  login,
  type Operation,
  operations,
  startSecondStep,
} from "../../../packages/contract/src/index.ts";
import { totp } from "../../support/auth/totp.ts";
import { type Person, testPassword } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { thingsOf } from "./things.ts";

/** What is done to everything of oneself, or told of it, where no id is named. */
let server: TestServer;
let owner: Person;
beforeAll(async () => {
  server = await startServer();
  owner = await server.person("owner");
});
afterAll(() => server.close());

test("another's tokens stay when one's own are taken back", async () => {
  const made = await owner.call(createAccessToken, { body: { name: "stays", scopes: ["files:read"] } });
  const one = await server.person();
  const passwords = { currentPassword: testPassword, newPassword: "an entirely new one" };
  await one.call(changePassword, { body: { ...passwords, revokeTokens: true } });
  const answer = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${made.token}` } });
  expect(answer.status).toBe(200);
});

test("another's passkeys are listed for nobody's second step", async () => {
  await thingsOf({ server, owner: () => owner }, operations.find(({ id }) => id === "removePasskey") as Operation);
  const one = await server.person();
  const { id, secret } = await one.call(enrolFactor, { body: { name: "App" } });
  await one.call(confirmFactor, { params: { id }, body: { code: totp(secret) } });
  const body = { email: one.email, password: testPassword, transport: "bearer" as const };
  const half = await createClient({ baseUrl: server.url })(login, { body }).catch(
    (error: { problem: { challenge: string } }) => error.problem,
  );
  const { challenge } = half as { challenge: string };
  const step = await createClient({ baseUrl: server.url })(startSecondStep, { body: { challenge } });
  expect(step).toMatchObject({ app: true, passkey: null });
});
