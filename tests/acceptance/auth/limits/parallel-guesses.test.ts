import { afterEach, describe, expect, test } from "vitest";
import { createFolder, createShare } from "../../../../packages/contract/src/index.ts";
import { type Installation, modes, openInstallation } from "../../../support/auth/modes.ts";
import { signIn, testPassword } from "../../../support/person.ts";

/** 200 guesses at once, each from a network of its own, get exactly as far as one after the other. */
const GUESSES = 200;
const victim = "admin@example.org";
const env = { TRUST_PROXY: "1", HOLDFAST_ADMIN_EMAIL: victim, HOLDFAST_ADMIN_PASSWORD: testPassword };
const networkOf = (i: number) => `2001:db8:${i.toString(16)}::1`;

let installation: Installation;
afterEach(() => installation.close());

/** @returns how many were looked at */
async function atOnce(guess: (i: number, from: string) => Promise<Response>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: GUESSES }, (_, i) => guess(i, networkOf(i))));
  for (const answer of answers) {
    expect([400, 401, 403, 422, 429], await answer.clone().text()).toContain(answer.status);
  }
  return answers.filter(({ status }) => status !== 429).length;
}

describe.each(modes)("%s", (mode) => {
  let url: string;
  let apikey: string;
  let pool: Awaited<ReturnType<Installation["start"]>>["pool"];

  async function open(): Promise<void> {
    installation = await openInstallation(mode, { env });
    // The waits do not end while the guesses are made.
    installation.now.current = new Date();
    ({ url, pool } = await installation.start());
    apikey = await installation.keyOf("anon");
  }
  const post = (path: string, body: object, from: string, token?: string) =>
    fetch(url + path, {
      method: "POST",
      headers: {
        ...{ apikey, "content-type": "application/json", "x-forwarded-for": from },
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
    });
  const login = (password: string, from: string) =>
    post("/api/v1/auth/login", { email: victim, password, transport: "bearer" }, from);

  test("passwords, at our own endpoint: 10; who has signed in from a network of late gets in there meanwhile", async () => {
    await open();
    const home = "198.51.100.1";
    expect((await login(testPassword, home)).status).toBe(200);
    const owner = Promise.all(Array.from({ length: 5 }, () => login(testPassword, home)));
    expect(await atOnce((i, from) => login(`guess ${i}`, from))).toBe(10);
    expect((await owner).map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect((await login(testPassword, home)).status).toBe(200);
    expect((await login(testPassword, "198.51.100.2")).status).toBe(429);
  });

  test("passwords, at Supabase Auth's endpoint: 10, and none more at ours", async () => {
    await open();
    const token = (i: number, from: string) =>
      post("/auth/v1/token?grant_type=password", { email: victim, password: `guess ${i}` }, from);
    expect(await atOnce(token)).toBe(10);
    expect((await login("guess", "198.51.100.2")).status).toBe(429);
  });

  test("codes of a mail: 10", async () => {
    await open();
    const body = { type: "recovery", email: victim };
    const verify = (i: number, from: string) => post("/auth/v1/verify", { ...body, token: `${100_000 + i}` }, from);
    expect(await atOnce(verify)).toBe(10);
  });

  test("codes of a second factor: 10 at either endpoint, and none more at the other", async () => {
    await open();
    const factor = "01900000-0000-7000-8000-000000000001";
    await pool.query(
      `insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at, secret)
       select $1::uuid, id, 'totp', 'verified', now(), now(), 'JBSWY3DPEHPK3PXP' from auth.users`,
      [factor],
    );
    const home = "198.51.100.1";
    const { challenge } = (await (await login(testPassword, home)).json()) as { challenge: string };
    const half = await post("/auth/v1/token?grant_type=password", { email: victim, password: testPassword }, home);
    const { access_token: token } = (await half.json()) as { access_token: string };
    const challenges: string[] = [];
    for (let i = 0; i < GUESSES; i++) {
      const answer = await post(`/auth/v1/factors/${factor}/challenge`, {}, networkOf(i), token);
      challenges.push(((await answer.json()) as { id: string }).id);
    }
    const contracts = (i: number, from: string) =>
      post(`/auth/v1/factors/${factor}/verify`, { challenge_id: challenges[i], code: "000000" }, from, token);
    const ours = (_i: number, from: string) => post("/api/v1/auth/mfa/verify", { challenge, code: "000000" }, from);
    expect(await atOnce((i, from) => (i % 2 ? ours : contracts)(i, from))).toBe(10);
  });
});

test("the password of a link: 20", async () => {
  installation = await openInstallation("embedded", { env });
  installation.now.current = new Date();
  const server = await installation.startServer({ HOLDFAST_AUTH_RATE_LIMIT: "30" });
  const { call } = await signIn(server.url, victim);
  const folder = await call(createFolder, { body: { name: "shared" } });
  const body = { fileId: folder.id, linkType: "permanent" as const, password: "sesame, open" };
  const { token } = await call(createShare, { body });
  const unlock = (i: number, from: string) =>
    fetch(`${server.url}/api/v1/public/shares/${token}/content`, {
      headers: { "share-password": `guess ${i}`, "x-forwarded-for": from },
    });
  expect(await atOnce(unlock)).toBe(20);
});
