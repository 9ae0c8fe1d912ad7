import fc from "fast-check";
import { expect, test } from "vitest";
import { textToFile, toIso } from "./text-rows.ts";

test("times are those that Date would have read, whatever zeros PostgreSQL left out", () => {
  const date = fc.date({
    min: new Date("0001-01-02T00:00:00Z"),
    max: new Date("9999-12-30T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(date, fc.nat(999), (when, micros) => {
      const iso = when.toISOString();
      const fraction = `${iso.slice(20, 23)}${String(micros).padStart(3, "0")}`.replace(/0+$/, "");
      expect(toIso(`${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction ? `.${fraction}` : ""}`)).toBe(iso);
    }),
    { numRuns: 2000 },
  );
});

test("a name may have the separator in it", () => {
  const time = "2026-11-22 15:14:10.595123";
  const row = ["an id", "ann", "", "file", "text/plain", "12", "3", time, time, "ab12", "1", "a\x1fb\x1f"];
  expect(textToFile(row.join("\x1f"), "ann")).toMatchObject({
    file: { name: "a\x1fb\x1f", userId: "ann", parentId: null, fileSize: 12, linkCount: 1 },
    modified: "2026-11-22T15:14:10.595123Z",
  });
  expect(textToFile(row.with(2, "bob").with(4, "").with(9, "").with(11, "x").join("\x1f"), "folder")).toMatchObject({
    file: { name: "x", userId: "bob", parentId: "folder", fileType: null, sha256: null },
  });
});
