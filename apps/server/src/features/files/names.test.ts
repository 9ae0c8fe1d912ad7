import fc from "fast-check";
import { expect, test } from "vitest";
import { checkName, numberedName, numberedPrefix, splitName } from "./names.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 120 }),
  fc.stringMatching(/^[a-z ()0-9.]{0,40}$/),
);
const isGood = (name: string) => {
  try {
    return checkName(name) === name;
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_name", status: 422 });
    return false;
  }
};

test("a name is good if it survives UTF-8 in 255 bytes and cannot be taken for a path", () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const bytes = Buffer.from(name);
      const wanted =
        bytes.toString() === name &&
        bytes.length > 0 &&
        bytes.length <= 255 &&
        !bytes.includes(0) &&
        !bytes.includes("/") &&
        name !== "." &&
        name !== "..";
      expect(isGood(name)).toBe(wanted);
    }),
    { numRuns: 2000, examples: [["."], [".."], ["..."], [""], ["\ud800"], ["x".repeat(255)], ["x".repeat(256)]] },
  );
});

test("other names for a taken one are good, different, and keep the ending", () => {
  fc.assert(
    fc.property(anyText.filter(isGood), fc.integer({ min: 2, max: 9_999_999 }), (name, n) => {
      const other = numberedName(name, n);
      expect(isGood(other)).toBe(true);
      expect(other).not.toBe(numberedName(name, n + 1));
      expect(other.endsWith(` (${n})${splitName(name)[1]}`)).toBe(true);
      expect(other.startsWith(numberedPrefix(name))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["report.pdf", "report (2).pdf"],
  ["report (2).pdf", "report (2).pdf"],
  ["archive.tar.gz", "archive (2).tar.gz"],
  [".profile", ".profile (2)"],
  ["no ending", "no ending (2)"],
  ["v1. final draft", "v1. final draft (2)"],
  [" (7)", " (7) (2)"],
  [`${"x".repeat(251)}.txt`, `${"x".repeat(247)} (2).txt`],
  [`${"👍".repeat(62)}.txt`, `${"👍".repeat(61)} (2).txt`],
])("%s becomes %s", (name, other) => {
  expect(numberedName(name, 2)).toBe(other);
});
