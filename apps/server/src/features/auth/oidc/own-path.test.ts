import { ownPath } from "@holdfast/contract";
import fc from "fast-check";
import { expect, test } from "vitest";

const site = "https://files.example.org";

test.each([
  ["/files?folder=1", "/files?folder=1"],
  ["files/1", "/files/1"],
  [`${site}/account`, "/account"],
  [null, "/files"],
  ["", "/files"],
  ["https://evil.example/x", "/files"],
  ["//evil.example", "/files"],
  ["\\\\evil.example", "/files"],
  ["/.//evil.example", "/files"],
  ["/x/..//evil.example", "/files"],
  ["/%2e//evil.example", "/files"],
  ["/.\\\\evil.example", "/files"],
  [`${site}//evil.example`, "/files"],
  ["/\t/evil.example", "/files"],
  ["javascript:alert(1)", "/files"],
  ["https://", "/files"],
])("%s leads to %s", (next, path) => {
  expect(ownPath(next, site)).toBe(path);
});

test("whatever is asked for, the browser stays", () => {
  const part = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "%2e",
    "\t",
    "\n",
    "//",
    ":",
    "@",
    "?",
    "#",
    "evil.example",
    "https:",
    "x",
  );
  const asked = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join("")),
    fc.webUrl(),
    fc.string(),
  );
  fc.assert(
    fc.property(asked, (next) => {
      const path = ownPath(next, site);
      expect(path).toMatch(/^\/(?!\/)/);
      // As the browser reads it: in a Location header, or by the pages' router.
      expect(new URL(path, site).origin).toBe(site);
      expect(ownPath(path, site)).toBe(path);
    }),
    { numRuns: 500 },
  );
});
