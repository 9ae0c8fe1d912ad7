import { expect, test } from "vitest";
import { coarseAddress } from "./coarse-address.ts";

test.each([
  ["203.0.113.77", "203.0.113.0/24"],
  ["::ffff:203.0.113.77", "203.0.113.0/24"],
  ["2001:db8:abcd:12:34::1", "2001:db8:abcd::/48"],
  ["2001:0db8::1", "2001:db8:0::/48"],
  ["::1", "0:0:0::/48"],
  ["fe80::1%eth0", "fe80:0:0::/48"],
  ["", null],
  [undefined, null],
  ["somebody", null],
])("%s becomes %s", (ip, coarse) => {
  expect(coarseAddress(ip)).toBe(coarse);
});
