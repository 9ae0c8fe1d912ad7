import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { adminCreateUser, adminUpdateUser } from "../../../packages/contract/src/index.ts";
import { testPassword } from "../../support/person.ts";
import { type Drill, startDrill } from "./alert-drill.ts";

/**
 * What people do to a running installation. HOLDFAST_DRILL_ATTEMPTS guesses of passwords come from HOLDFAST_DRILL_ADDRESSES addresses, a
 * network each, for 40 accounts; the drill in full is 10,000 from 500.
 */
const attempts = Number(process.env.HOLDFAST_DRILL_ATTEMPTS ?? 400);
const addresses = Number(process.env.HOLDFAST_DRILL_ADDRESSES ?? 100);
vi.setConfig({ testTimeout: 180_000 + attempts * 50 });

let drill: Drill;
beforeAll(async () => {
  drill = await startDrill({ env: { TRUST_PROXY: "127.0.0.1", HOLDFAST_AUTH_RATE_LIMIT: "30" } });
});
afterAll(() => drill?.close());

const addressOf = (n: number) => `203.${n >> 8}.${n & 255}.7`;

async function guess(n: number): Promise<number> {
  const answer = await fetch(`${drill.product.url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": addressOf(n % addresses) },
    body: JSON.stringify({ email: `person${n % 40}@example.org`, password: `guess ${n}` }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

test("wrong passwords come from hundreds of addresses: one alert, however many", async () => {
  const statuses = new Map<number, number>();
  const began = performance.now();
  for (let at = 0; at < attempts; at += 200) {
    const now = Array.from({ length: Math.min(200, attempts - at) }, (_, n) => guess(at + n));
    for (const status of await Promise.all(now)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${attempts} guesses from ${addresses} addresses in ${seconds.toFixed(0)} s:`,
    Object.fromEntries(statuses),
  );
  // Refused, held back, or sent away because so many are asking at once.
  expect([...statuses.keys()].filter((status) => ![400, 429, 503].includes(status))).toEqual([]);
  const { data } = await drill.begins("suspicious.password-guessing");
  expect(data.title).toContain("Somebody is guessing passwords: ");
  expect(data.title).toContain("block the addresses in your firewall");
});

test("an administrator is made: one alert that says who, by whom, and what to do", async () => {
  const admin = await drill.admin();
  const { id } = await admin.call(adminCreateUser, {
    body: { email: "night@example.org", password: testPassword, role: "user" },
  });
  await admin.call(adminUpdateUser, { params: { id }, body: { role: "admin" } });
  const { data } = await drill.begins("suspicious.admin-made");
  expect(data.title).toContain("night@example.org was made an administrator by admin@example.org at ");
  expect(data.title).toContain("take the role away");
});

test("nobody was told of anything else", () => {
  expect(drill.unasked()).toEqual([]);
});
