import { afterAll, beforeAll, expect, test } from "vitest";
import type { AuthServer } from "../../../support/auth/auth-server.ts";
import { type Browser, openBrowser } from "../../../support/auth/browser.ts";
import { type Installation, openInstallation } from "../../../support/auth/modes.ts";

const victim = "admin@example.org";
const password = "correct horse battery";
const home = {
  "x-forwarded-for": "198.51.100.1",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
};

let installation: Installation;
let server: AuthServer;
let owner: Browser;
beforeAll(async () => {
  const admin = { HOLDFAST_ADMIN_EMAIL: victim, HOLDFAST_ADMIN_PASSWORD: password };
  installation = await openInstallation("embedded", { env: { TRUST_PROXY: "1", LOG_LEVEL: "fatal", ...admin } });
  installation.now.current = new Date("2026-03-01T10:00:00Z");
  server = await installation.start();
  owner = openBrowser(server.url);
});
afterAll(() => installation.close());

const later = (minutes: number) => {
  installation.now.current = new Date((installation.now.current as Date).getTime() + minutes * 60_000);
};
const signIn = (headers: Record<string, string>, browser = openBrowser(server.url)) =>
  browser.request("POST", "/api/v1/auth/login", { email: victim, password }, headers);
const historyOf = async (query: string) =>
  (
    (await (await owner.request("GET", `/api/v1/auth/logins?${query}`, undefined, home)).json()) as {
      items: Record<string, unknown>[];
    }
  ).items;
const rows = async () => (await server.pool.query("select 1 from holdfast.login_history")).rowCount as number;

test("a flood of refused attempts fills a bounded number of rows, and the owner still sees their own sign-ins", async () => {
  expect((await signIn(home, owner)).status).toBe(200);
  const before = await rows();
  const [windows, perWindow] = [3, 200];
  const guess = (i: number) => {
    const headers = { "content-type": "application/json", "x-forwarded-for": `2001:db8:${(i % 997).toString(16)}::1` };
    // The victim's address, and ones that nobody has.
    const email = i % 2 ? victim : `nobody${i % 4}@example.org`;
    return i % 3
      ? fetch(`${server.url}/api/v1/auth/login`, {
          ...{ method: "POST", headers, body: JSON.stringify({ email, password: "guess" }) },
        })
      : fetch(`${server.url}/auth/v1/token?grant_type=password`, {
          ...{ method: "POST", headers, body: JSON.stringify({ email, password: "guess" }) },
        });
  };
  for (let window = 0; window < windows; window++) {
    for (let batch = 0; batch < perWindow / 50; batch++)
      await Promise.all(Array.from({ length: 50 }, (_, i) => guess(window * perWindow + batch * 50 + i)));
    later(10);
  }
  const { rows: counted } = await server.pool.query<{ attempts: number }>(
    "select sum(attempts)::int as attempts from holdfast.login_history where outcome <> 'success'",
  );
  expect(counted[0]?.attempts).toBe(windows * perWindow);
  // Five rows name a network, and each outcome has one for the rest: of the victim, and of all who have no account.
  expect((await rows()) - before).toBeLessThanOrEqual(windows * 2 * (5 + 2));

  // Other sessions of theirs go on, and there they sign in at once.
  expect((await signIn(home)).status).toBe(200);
  expect(await historyOf("limit=10&outcome=success")).toMatchObject([
    { outcome: "success", ip: "198.51.100.1", attempts: 1 },
    { outcome: "success", ip: "198.51.100.1", attempts: 1 },
  ]);
  const refused = await historyOf("limit=50&outcome=refused");
  expect(refused.every(({ outcome }) => outcome !== "success")).toBe(true);
  const many = refused.find(({ outcome, attempts }) => outcome === "throttled" && (attempts as number) > 50);
  expect(many).toMatchObject({ ip: null });
});

test("3,000 refusals from as many networks within a window are six rows", async () => {
  later(60);
  const before = await rows();
  await server.pool.query(
    `select from generate_series(1, 3000) n, lateral (select ('2001:db8:' || to_hex(n) || '::1')::inet as ip) a,
       lateral holdfast.record_login(holdfast.uuid7(), null, $1, $2, a.ip, holdfast.network_of(a.ip), 'curl', 'password', 'throttled')`,
    [victim, installation.now.current],
  );
  expect((await rows()) - before).toBe(6);
  expect((await historyOf("limit=6")).find(({ ip }) => ip === null)).toMatchObject({ attempts: 2995 });
});

test("alike attempts are told as one, with their network and from when to when", async () => {
  later(60);
  const start = (installation.now.current as Date).toISOString();
  const wrong = (ip: string) =>
    openBrowser(server.url).request(
      ...(["POST", "/api/v1/auth/login", { email: victim, password: "guess" }, { "x-forwarded-for": ip }] as const),
    );
  for (let i = 0; i < 3; i++) await wrong("203.0.113.5");
  later(4);
  expect((await historyOf("limit=1"))[0]).toMatchObject({ ip: "203.0.113.5", attempts: 3, firstAt: start });
  await wrong("203.0.113.9");
  const end = (installation.now.current as Date).toISOString();
  expect((await historyOf("limit=1"))[0]).toMatchObject({
    ...{ outcome: "invalid_credentials", ip: "203.0.113.0/24", attempts: 4, firstAt: start, occurredAt: end },
  });
});

test("a sign-in says whether its network or its browser is new; another version of a browser is none", async () => {
  later(60);
  const last = async () => (await historyOf("limit=1&outcome=success"))[0];
  const newer = home["user-agent"].replaceAll("140.0", "141.0");
  await signIn({ ...home, "user-agent": newer });
  expect(await last()).toMatchObject({ newNetwork: false, newDevice: false });
  await signIn({ ...home, "user-agent": "curl/8.5.0" });
  expect(await last()).toMatchObject({ newNetwork: false, newDevice: true });
  await signIn({ ...home, "x-forwarded-for": "192.0.2.1" });
  expect(await last()).toMatchObject({ newNetwork: true, newDevice: false });
});

test("the sweep leaves the newest of an account's sign-ins and refusals, each by themselves", async () => {
  await server.pool.query(
    `insert into holdfast.login_history (id, user_id, method, outcome)
     select holdfast.uuid7(), u.id, 'password', 'throttled' from holdfast.users u, generate_series(1, 1200)`,
  );
  const successes = async () =>
    (await server.pool.query("select 1 from holdfast.login_history where outcome = 'success'")).rowCount;
  const before = await successes();
  await server.runJob("auth.sweep");
  expect(await successes()).toBe(before);
  const { rowCount } = await server.pool.query(
    "select 1 from holdfast.login_history where outcome <> 'success' and user_id is not null",
  );
  expect(rowCount).toBe(1000);
});
