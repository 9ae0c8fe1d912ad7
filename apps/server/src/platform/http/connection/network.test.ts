import { expect, test } from "vitest";
import { coarseNetwork, inet } from "./network.ts";

test.each([
  ["203.0.113.77", "203.0.113.0/24"],
  ["::ffff:203.0.113.77", "203.0.113.0/24"],
  ["::FFFF:cb00:714d", "203.0.113.0/24"],
  ["2001:db8:abcd:12:34::1", "2001:db8:abcd::/48"],
  ["2001:0db8::1", "2001:db8:0::/48"],
  ["::1", "0:0:0::/48"],
  ["fe80::1%eth0", "fe80:0:0::/48"],
  ["", null],
  [undefined, null],
  ["somebody", null],
  ["1", null],
])("%s becomes %s", (ip, coarse) => {
  expect(coarseNetwork(ip)).toBe(coarse);
});

test("what is no address is none for the database", () => {
  expect(["fe80::1%eth0", "", null, undefined, "1", "unix:"].map(inet)).toEqual([
    "fe80::1",
    null,
    null,
    null,
    null,
    null,
  ]);
});
