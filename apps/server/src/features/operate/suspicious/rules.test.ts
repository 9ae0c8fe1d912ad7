import { randomBytes } from "node:crypto";
import {
  type Alert,
  adminCreateUser,
  adminListAlerts,
  adminUpdateUser,
  createAccessToken,
  createBackupSchedule,
  createFolder,
  createShare,
  deleteBackupSchedule,
  deleteFile,
  login,
  unlockShare,
  updateBackupSchedule,
  updateFile,
} from "@holdfast/contract";
import { createClient } from "@holdfast/contract/client";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Person, testPassword } from "../../../../../../tests/support/person.ts";
import { startServer, type TestServer } from "../../../../../../tests/support/server.ts";
import { isShorter } from "./rules/changes.ts";
import { allRules } from "./suspicious.ts";
import { lookOnce } from "./watch.ts";

vi.setConfig({ testTimeout: 180_000 });

let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer({ TRUST_PROXY: "on" });
});
afterAll(() => server.close());
beforeEach(async () => {
  // What earlier tests did was dealt with, as it would be by an administrator.
  await look();
  await server.services.pool.query("update holdfast.alerts set acknowledged_at = now(), resolved_at = now()");
  await server.services.pool.query("delete from holdfast.login_history where outcome <> 'success'");
  // One of its subject that was resolved minutes ago would be opened again as it was: acknowledged.
  await server.services.pool.query("delete from holdfast.alerts where kind = 'suspicious.password-guessing'");
  ann = await server.person();
});

/** What is open after all rules have looked. */
async function look(): Promise<Alert[]> {
  const { db, clock, log } = server.services;
  // Also the worker looks, and only one does at a time: twice is as good as once.
  for (let i = 0; i < 2; i++) await lookOnce({ db, clock, log, rules: allRules(db), notify: () => {} });
  const { items } = await server.admin.call(adminListAlerts, { query: { state: "open" } });
  return items.filter(({ kind }) => kind.startsWith("suspicious."));
}
const kinds = async () => (await look()).map(({ kind }) => kind.slice("suspicious.".length)).sort();

const words = (n: number) => Buffer.from(`Report ${n}: all is well, and nothing else is to be said.\n`.repeat(20));
const photo = () => Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"), randomBytes(2000)]);
/** So many at a time, as a client does. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += 10) await Promise.all(items.slice(i, i + 10).map(work));
}
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const from = (n: number) => `203.${Math.floor(n / 250) % 200}.${n % 250}.7`;
const attempt = (email: string, address: string, password = "wrong password!", agent = "test") =>
  createClient({ baseUrl: server.url, headers: () => ({ "x-forwarded-for": address, "user-agent": agent }) })(login, {
    body: { email, password, transport: "bearer" },
  }).then(
    () => "in",
    () => "refused",
  );

test("files that are replaced by noise, or leave while noise comes beside them, raise one alert that says when it began", async () => {
  const { id: parentId } = await ann.call(createFolder, { body: { name: "work" } });
  const files = new Map<number, string>();
  await each(numbers(60), async (n) => {
    files.set(n, (await ann.put(`report ${n}.txt`, words(n), { parentId })).id);
  });
  expect(await kinds()).toEqual([]);
  const began = Date.now();
  await each(numbers(30), (n) => ann.put(`report ${n}.txt`, randomBytes(900), { parentId, onConflict: "replace" }));
  // Thirty are less than forty.
  expect(await kinds()).toEqual([]);
  await each(numbers(60).slice(30), async (n) => {
    await ann.put(`report ${n}.txt.locked`, randomBytes(900), { parentId });
    await ann.call(deleteFile, { params: { id: files.get(n) as string }, query: n % 2 ? {} : { permanent: "true" } });
  });
  const [alert, ...others] = await look();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({ kind: "suspicious.mass-change", subject: ann.id, severity: "critical" });
  const { replaced, beside, to, actions } = (alert as Alert).data;
  expect(Number(replaced) + Number(beside)).toBeGreaterThanOrEqual(54);
  expect(Number(beside)).toBeGreaterThanOrEqual(25);
  expect(Math.abs(Date.parse(to as string) - (began - 1000))).toBeLessThan(3000);
  expect(actions).toContainEqual({ kind: "rewind", userId: ann.id, to });
  // Looked at again it stays one, and once acknowledged it is over.
  expect((await look()).map(({ count }) => count)).toEqual([1]);
  await server.services.pool.query("update holdfast.alerts set acknowledged_at = now()");
  expect(await kinds()).toEqual([]);
  expect(await kinds()).toEqual([]);
});

test("photos that come or are exported again, an unpacked archive, a checkout and bulk renames raise none", async () => {
  const { id: parentId } = await ann.call(createFolder, { body: { name: "Photos" } });
  const photos: string[] = [];
  await each(numbers(80), async (n) => {
    photos.push((await ann.put(`IMG_${n}.jpg`, photo(), { parentId })).id);
  });
  await each(numbers(80), (n) => ann.put(`IMG_${n}.jpg`, photo(), { parentId, onConflict: "replace" }));
  await each(numbers(80), (n) =>
    ann.call(updateFile, { params: { id: photos[n] as string }, body: { name: `Holiday ${n}.jpeg.renamed` } }),
  );
  // Objects of a repository, and a vault that was encrypted before it came, in a folder of their own.
  const { id: vault } = await ann.call(createFolder, { body: { name: "vault" } });
  await each(numbers(80), (n) => ann.put(`${n}.c9r`, randomBytes(900), { parentId: vault }));
  await each(numbers(80), (n) => ann.put(`${n}.c9r`, randomBytes(900), { parentId: vault, onConflict: "replace" }));
  // Another folder is cleaned out at the same time, and somebody encrypts three letters by hand.
  const { id: old } = await ann.call(createFolder, { body: { name: "old" } });
  await each(numbers(60), async (n) => {
    const { id } = await ann.put(`old ${n}.txt`, words(n), { parentId: old });
    await ann.call(deleteFile, { params: { id }, query: {} });
  });
  for (const n of [1, 2, 3]) await ann.put(`letter ${n}.gpg`, randomBytes(900), { parentId: old });
  expect(await kinds()).toEqual([]);
});

test("wrong passwords for many accounts from many networks are one alert; people who mistype in their own are none", async () => {
  const people = await Promise.all(numbers(8).map(() => server.person()));
  await each(people, async ({ email }) => {
    await attempt(email, "198.51.100.9", testPassword);
    for (let i = 0; i < 3; i++) await attempt(email, "198.51.100.9");
  });
  expect(await kinds()).toEqual([]);
  await each(numbers(24), (n) => attempt((people[n % 8] as Person).email, from(n)));
  expect(await kinds()).toEqual(["password-guessing"]);
});

test("hundreds of wrong passwords for nobody's account are one alert as well", async () => {
  await each(numbers(90), (n) => attempt(`nobody${n % 5}@example.org`, from(n)));
  expect(await kinds()).toEqual([]);
  await each(numbers(60), (n) => attempt(`nobody${n % 5}@example.org`, from(n + 90)));
  expect(await kinds()).toEqual(["password-guessing"]);
});

test("a success from a new network after many failures is an alert; from the usual one, or after few, it is none", async () => {
  await attempt(ann.email, "198.51.100.1", testPassword);
  for (let i = 0; i < 9; i++) await attempt(ann.email, "198.51.100.1");
  await attempt(ann.email, "198.51.100.1", testPassword);
  expect(await kinds()).toEqual([]);
  const bob = await server.person();
  for (let i = 0; i < 2; i++) await attempt(bob.email, "203.0.113.5");
  expect(await attempt(bob.email, "203.0.113.5", testPassword, "another browser")).toBe("in");
  expect(await kinds()).toEqual([]);
  await server.services.pool.query("delete from holdfast.throttle");
  for (let i = 0; i < 10; i++) await attempt(ann.email, `192.0.2.${i}`);
  await server.services.pool.query("delete from holdfast.throttle");
  expect(await attempt(ann.email, "203.0.113.77", testPassword)).toBe("in");
  expect(await kinds()).toEqual(["success-after-failures"]);
});

test("a new network and device is an alert for an administrator, and for others after wrong passwords", async () => {
  const bob = await server.person();
  await attempt(bob.email, "203.0.113.9", testPassword, "a telephone");
  expect(await kinds()).toEqual([]);
  for (let i = 0; i < 4; i++) await attempt(ann.email, `192.0.${i}.9`);
  await attempt(ann.email, "203.0.114.9", testPassword, "a telephone");
  expect(await look()).toMatchObject([{ kind: "suspicious.new-place", subject: ann.id, severity: "warning" }]);
  await attempt("admin@example.org", "203.0.115.9", testPassword, "a telephone");
  expect((await look()).map(({ subject }) => subject).sort()).toEqual([ann.id, server.admin.id].sort());
  await server.services.pool.query("delete from holdfast.login_history where user_id = $1", [server.admin.id]);
});

test("a token that has stood still is used from elsewhere; one that is new, or roams, may be", async () => {
  const { pool } = server.services;
  const ask = (token: string, address: string) =>
    fetch(`${server.url}/api/v1/files`, { headers: { authorization: `Bearer ${token}`, "x-forwarded-for": address } });
  const make = async () => {
    const made = await ann.call(createAccessToken, { body: { name: "NAS", scopes: ["files:read"] } });
    await ask(made.token, "198.51.100.20");
    await vi.waitFor(async () => {
      const { rows } = await pool.query("select from holdfast.token_networks where token_id = $1", [made.id]);
      expect(rows).toHaveLength(1);
    });
    return made;
  };
  const [fresh, still, roaming] = [await make(), await make(), await make()];
  const age = (id: string) =>
    pool.query("update holdfast.token_networks set first_seen_at = now() - interval '9 days' where token_id = $1", [
      id,
    ]);
  for (let n = 0; n < 5; n++) await ask(roaming.token, from(n));
  await vi.waitFor(async () => {
    const { rows } = await pool.query("select from holdfast.token_networks where token_id = $1", [roaming.id]);
    expect(rows).toHaveLength(6);
  });
  await age(still.id);
  await age(roaming.id);
  for (const { token } of [fresh, roaming, still]) await ask(token, "203.0.113.200");
  await vi.waitFor(async () => {
    const { rows } = await pool.query("select from holdfast.token_networks where network = '203.0.113.0/24'");
    expect(rows).toHaveLength(3);
  });
  expect(await look()).toMatchObject([{ kind: "suspicious.token-network", subject: still.id }]);
});

test("guesses at a link's password are an alert, a few wrong ones are none", async () => {
  const file = await ann.put("shared.txt", "shared");
  const { token } = await ann.call(createShare, {
    body: { fileId: file.id, linkType: "permanent", password: "a password" },
  });
  const guess = (n: number) =>
    createClient({ baseUrl: server.url, headers: () => ({ "x-forwarded-for": from(n) }) })(unlockShare, {
      params: { token },
      body: { password: `guess ${n}` },
    }).catch(() => null);
  const recorded = (count: number) =>
    vi.waitFor(async () => {
      const { rows } = await server.services.pool.query<{ n: number }>(
        "select coalesce(sum(times), 0)::int as n from holdfast.share_accesses where outcome = 'wrong_password'",
      );
      expect(rows[0]?.n).toBe(count);
    }, 20_000);
  await each(numbers(8), guess);
  await recorded(8);
  expect(await kinds()).toEqual([]);
  await each(numbers(70), async (n) => {
    await server.services.pool.query("delete from holdfast.throttle");
    await guess(n + 8);
  });
  await vi.waitFor(async () => expect(await kinds()).toEqual(["link-guessing"]), 20_000);
});

test("an administrator who is made is an alert, another change of an account is none", async () => {
  const { id } = await server.admin.call(adminCreateUser, {
    body: { email: `${randomBytes(4).toString("hex")}@example.org`, password: testPassword },
  });
  await server.admin.call(adminUpdateUser, { params: { id }, body: { displayName: "Bob" } });
  expect(await kinds()).toEqual([]);
  await server.admin.call(adminUpdateUser, { params: { id }, body: { role: "admin" } });
  expect(await look()).toMatchObject([
    { kind: "suspicious.admin-made", subject: id, data: { by: "admin@example.org" } },
  ]);
  await server.services.pool.query("delete from holdfast.audit_log where action = 'user.update'");
});

test("a schedule that is deleted or keeps less is an alert, one that keeps more is none", async () => {
  const made = await server.admin.call(createBackupSchedule, {
    body: { preset: "daily", retention: { last: 5, daily: 7 } },
  });
  const params = { id: made.id };
  await server.admin.call(updateBackupSchedule, { params, body: { retention: { last: 6, daily: 14 } } });
  expect(await kinds()).toEqual([]);
  await server.admin.call(updateBackupSchedule, { params, body: { retention: { last: 1 } } });
  expect(await kinds()).toEqual(["backups-reduced"]);
  await server.admin.call(deleteBackupSchedule, { params });
  expect(await look()).toMatchObject([{ data: { action: "schedule.delete" } }]);
});

test("far more downloads than on the busiest day before are an alert; a busy day, and a first one, are none", async () => {
  const { pool } = server.services;
  const add = (id: string, daysAgo: number, files: number) =>
    pool.query("select holdfast.add_downloads($1, now() - make_interval(days => $2), $3, 1000)", [id, daysAgo, files]);
  const bob = await server.person();
  for (let day = 1; day <= 6; day++) await add(ann.id, day, 100 + day);
  await add(ann.id, 0, 399);
  await add(bob.id, 0, 5000);
  expect(await kinds()).toEqual([]);
  await add(ann.id, 0, 101);
  expect(await look()).toMatchObject([
    { kind: "suspicious.many-downloads", subject: ann.id, data: { files: 500, busiest: 106 } },
  ]);
});

test("what keeps fewer", () => {
  expect(isShorter({ from: { daily: 7 }, to: { daily: 6 } })).toBe(true);
  expect(isShorter({ from: { daily: 7, weekly: 4 }, to: { daily: 9 } })).toBe(true);
  expect(isShorter({ from: {}, to: { daily: 9 } })).toBe(true);
  expect(isShorter({ from: { daily: 7 }, to: {} })).toBe(false);
  expect(isShorter({ from: { daily: 7 }, to: { daily: 7, weekly: 4 } })).toBe(false);
  expect(isShorter(undefined)).toBe(false);
});
