import { afterEach, describe, expect, test } from "vitest";
import {
  adminCreateUser,
  createAccessToken,
  createFolder,
  createShare,
} from "../../../../packages/contract/src/index.ts";
import { type Installation, modes, openInstallation } from "../../../support/auth/modes.ts";
import { signIn, testPassword } from "../../../support/person.ts";

/**
 * How far guessing comes, in figures, by whoever never tires and asks again as soon as they may; and that it keeps nobody out of their own
 * account. Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase.
 */
describe.each(modes)("%s", (mode) => {
  const victim = "admin@example.org";
  const HOUR = 3600;
  let installation: Installation;
  let url: string;
  let apikey: string;
  afterEach(() => installation.close());

  async function open(env: Record<string, string> = {}): Promise<void> {
    const admin = { HOLDFAST_ADMIN_EMAIL: victim, HOLDFAST_ADMIN_PASSWORD: testPassword };
    installation = await openInstallation(mode, { env: { TRUST_PROXY: "1", ...admin, ...env } });
    installation.now.current = new Date();
    ({ url } = await installation.start());
    apikey = await installation.keyOf("anon");
  }
  const later = (seconds: number) => {
    installation.now.current = new Date((installation.now.current as Date).getTime() + seconds * 1000);
  };

  type SignIn = (email: string, password: string, from: string) => Promise<Response>;
  const post = (path: string, body: object, from: string) =>
    fetch(url + path, {
      method: "POST",
      headers: { apikey, "content-type": "application/json", "x-forwarded-for": from },
      body: JSON.stringify(body),
    });
  const ours: SignIn = (email, password, from) =>
    post("/api/v1/auth/login", { email, password, transport: "bearer" }, from);
  const contracts: SignIn = (email, password, from) =>
    post("/auth/v1/token?grant_type=password", { email, password }, from);

  /** @returns how many guesses were looked at in this many seconds of their time */
  async function guesses(seconds: number, guess: (i: number) => Promise<Response>): Promise<number> {
    let [looked, waited] = [0, 0];
    for (let i = 0; waited < seconds; i++) {
      const answer = await guess(i);
      if (answer.status !== 429) {
        expect([400, 401]).toContain(answer.status);
        looked++;
        continue;
      }
      const wait = Number(answer.headers.get("retry-after"));
      expect(wait).toBeGreaterThan(0);
      waited += wait;
      later(wait);
    }
    return looked;
  }
  const manyLines = (i: number) => `203.0.${(i >> 8) & 255}.${i & 255}`;

  test("one account from any number of addresses, at both APIs in turn: 28 guesses in an hour, 12 in each further one", async () => {
    await open();
    const signIn = (i: number) => (i % 2 ? ours : contracts);
    const guess = (i: number) => signIn(i)(victim, `guess ${i}`, manyLines(i));
    // 10 are free, 8 while the wait doubles from 2 s to 256 s, then one every five minutes.
    expect(await guesses(HOUR, guess)).toBe(28);
    expect(await guesses(HOUR, (i) => guess(i + 1000))).toBe(12);
  });

  test("who was signed in from a network of late gets in there at once, while others guess without end", async () => {
    await open();
    const home = "198.51.100.1";
    expect((await ours(victim, testPassword, home)).status).toBe(200);
    const guess = (i: number) => ours(victim, `guess ${i}`, manyLines(i));
    await guesses(600, guess);
    // Without a pause: whoever guesses takes every turn.
    for (let i = 0; i < 5; i++) expect((await guess(5000 + i)).status).toBe(i === 0 ? 401 : 429);
    expect((await ours(victim, testPassword, manyLines(9999))).status).toBe(429);
    for (const signIn of [ours, contracts]) expect((await signIn(victim, testPassword, home)).status).toBe(200);
    // A trusted network is no free pass: guesses there are counted as everywhere.
    const there: number[] = [];
    for (let i = 0; i < 11; i++) there.push((await ours(victim, `guess ${i}`, home)).status);
    expect(there).toEqual([...Array(10).fill(401), 429]);
    later(2);
    expect((await ours(victim, testPassword, home)).status).toBe(200);
    // An address of the same /64 is the same network; after a month without a sign-in none is.
    await ours(victim, testPassword, home);
    later(31 * 86_400);
    for (let i = 0; i < 10; i++) await guess(7000 + i);
    expect((await ours(victim, testPassword, home)).status).toBe(429);
  });

  test("many accounts from one address: 40 guesses in an hour; from one IPv6 network however many addresses it has", async () => {
    await open();
    const one = (i: number) => ours(`nobody${i}@example.org`, "guess", "192.0.2.1");
    // 30 are free, 8 while the wait doubles from 5 s to 640 s, then one every quarter of an hour.
    expect(await guesses(HOUR, one)).toBe(40);
    const sixtyFour = (i: number) => `2001:db8:7:9:${((i * 7919) & 0xffff).toString(16)}::${i.toString(16)}`;
    const line = await guesses(HOUR, (i) =>
      (i % 2 ? ours : contracts)(`somebody${i}@example.org`, "guess", sixtyFour(i)),
    );
    expect(line).toBe(40);
    expect((await ours(victim, testPassword, "2001:db8:7:a::1")).status).toBe(200);
  });

  test("behind a proxy the address is what the proxy says, whatever was claimed before; without one, what is claimed counts for nothing", async () => {
    await open({ HOLDFAST_AUTH_RATE_LIMIT: "5" });
    const claimed = (i: number) => ours(`nobody${i}@example.org`, "guess", `10.1.1.${i}, 6.6.6.${i}, 192.0.2.77`);
    for (let i = 0; i < 5; i++) expect((await claimed(i)).status).toBe(401);
    for (let i = 5; i < 8; i++) expect((await claimed(i)).status).toBe(429);
    expect((await ours(victim, testPassword, "192.0.2.77, 192.0.2.78")).status).toBe(200);
    await installation.close();
    await open({ TRUST_PROXY: "", HOLDFAST_AUTH_RATE_LIMIT: "5" });
    for (let i = 0; i < 5; i++) expect((await ours(`nobody${i}@example.org`, "guess", `10.1.1.${i}`)).status).toBe(401);
    for (const signIn of [ours, contracts]) expect((await signIn(victim, testPassword, "10.2.2.2")).status).toBe(429);
  });

  test("access tokens: 40 guesses in an hour from an address; a right one is never kept waiting", async () => {
    await open();
    // Refusals to other addresses are answered later each time.
    const own = "127.0.0.1";
    const admin = await signIn(url, victim);
    const { token } = await admin.call(createAccessToken, { body: { name: "script", scopes: ["files:read"] } });
    const use = (text: string) =>
      fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${text}`, "x-forwarded-for": own } });
    const random = () => `hf_${Array.from({ length: 43 }, () => Math.floor(Math.random() * 36).toString(36)).join("")}`;
    expect(await guesses(HOUR, () => use(random()))).toBe(40);
    const next = [(await use(random())).status, (await use(random())).status];
    expect(next).toEqual([401, 429]);
    expect((await use(token)).status).toBe(200);
    // The same text as the password of a program that knows nothing else.
    const basic = (password: string) =>
      fetch(`${url}/api/v1/me`, {
        headers: {
          authorization: `Basic ${Buffer.from(`${victim}:${password}`).toString("base64")}`,
          "x-forwarded-for": own,
        },
      });
    expect((await basic(random())).status).toBe(429);
    expect((await basic(token)).status).toBe(200);
  });

  test("who is guessed at and somewhere new comes in by the mailbox: recovery makes the network a trusted one", async () => {
    await open();
    const node = await installation.start();
    const admin = await signIn(url, victim);
    const person = await admin.call(adminCreateUser, {
      body: { email: "guessed@example.org", password: testPassword },
    });
    await guesses(60, (i) => ours(person.email, `guess ${i}`, manyLines(i)));
    for (let i = 0; i < 3; i++) await ours(person.email, "guess", manyLines(4000 + i));
    const abroad = "198.51.100.200";
    expect((await ours(person.email, testPassword, abroad)).status).toBe(429);
    const { data } = await fetchLink(node.url, person.email);
    const body = { tokenHash: data, password: "an entirely new one" };
    expect((await post("/api/v1/auth/recover/confirm", body, abroad)).status).toBe(204);
    expect((await ours(person.email, "an entirely new one", abroad)).status).toBe(200);
  });

  /** What the mail would have carried. */
  async function fetchLink(at: string, email: string): Promise<{ data: string }> {
    const key = await installation.keyOf("service-role");
    const answer = await fetch(`${at}/auth/v1/admin/generate_link`, {
      method: "POST",
      headers: { apikey: key, authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ type: "recovery", email }),
    });
    return { data: ((await answer.json()) as { hashed_token: string }).hashed_token };
  }
});

test("the password of a link: 20 guesses are free, then they wait, from however many addresses", async () => {
  const installation = await openInstallation("embedded", {
    env: { TRUST_PROXY: "1", HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword },
  });
  const server = await installation.startServer({ HOLDFAST_AUTH_RATE_LIMIT: "30" });
  const { call } = await signIn(server.url, "admin@example.org");
  const folder = await call(createFolder, { body: { name: "shared" } });
  const body = { fileId: folder.id, linkType: "permanent" as const, password: "sesame, open" };
  const { token } = await call(createShare, { body });
  const unlock = (password: string, i: number) =>
    fetch(`${server.url}/api/v1/public/shares/${token}/content`, {
      headers: { "share-password": password, "x-forwarded-for": `203.0.113.${i}` },
    });
  const statuses: number[] = [];
  for (let i = 0; i < 22; i++) statuses.push((await unlock(`guess ${i}`, i)).status);
  expect(statuses).toEqual([...Array(20).fill(401), 429, 429]);
  expect((await unlock("sesame, open", 200)).status).toBe(429);
  await installation.close();
});
