import fc from "fast-check";
import { expect, test } from "vitest";
import { toIso } from "./text-rows.ts";

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
