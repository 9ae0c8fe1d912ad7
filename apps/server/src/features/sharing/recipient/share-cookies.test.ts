import { expect, test } from "vitest";
import { deriveLinkKeys } from "../token.ts";
import { holderOf, isUnlocking, makeUnlockCookie } from "./share-cookies.ts";

const keys = deriveLinkKeys(Buffer.alloc(32, 7));
const link = { id: "019389a0-1234-7abc-8def-0123456789ab", password_version: 3 };
const now = new Date("2026-11-22T12:00:00Z");
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

test("an unlock cookie opens its link for six hours, and no other link, password or key", () => {
  const value = makeUnlockCookie(keys, link, now);
  expect(isUnlocking(keys, link, value, now)).toBe(true);
  expect(isUnlocking(keys, link, value, later(5.99))).toBe(true);
  expect(isUnlocking(keys, link, value, later(6))).toBe(false);
  expect(isUnlocking(keys, { ...link, password_version: 4 }, value, now)).toBe(false);
  expect(isUnlocking(keys, { ...link, id: link.id.replace("b", "c") }, value, now)).toBe(false);
  expect(isUnlocking(deriveLinkKeys(Buffer.alloc(32, 8)), link, value, now)).toBe(false);
});

test("a cookie that somebody has changed opens nothing", () => {
  const value = makeUnlockCookie(keys, link, now);
  const [expiry = "", mac = ""] = value.split(".");
  const longer = (Number.parseInt(expiry, 36) + 3600).toString(36);
  for (const bad of [
    undefined,
    "",
    ".",
    expiry,
    `${longer}.${mac}`,
    `${expiry}.${mac.slice(1)}`,
    `${value}A`,
    `${expiry}.${"A".repeat(43)}`,
  ]) {
    expect(isUnlocking(keys, link, bad, now)).toBe(false);
  }
});

test("a recipient is another holder for every link", () => {
  const cookie = "A".repeat(22);
  expect(holderOf(keys, link.id, cookie)).toEqual(holderOf(keys, link.id, cookie));
  expect(holderOf(keys, link.id, cookie)).not.toEqual(holderOf(keys, link.id.replace("b", "c"), cookie));
  expect(holderOf(keys, link.id, cookie)).not.toEqual(holderOf(keys, link.id, "B".repeat(22)));
});
