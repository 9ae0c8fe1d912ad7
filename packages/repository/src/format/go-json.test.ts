import fc from "fast-check";
import { expect, test } from "vitest";
import { goString, goTime, quotedName, unquotedBytes } from "./go-json.ts";
import { compareNames } from "./tree.ts";

const names = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'"\\\n\t\u0000\u0007\u007f\u00ad\u2028<>&é😀\ufffe'),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

test("every name comes back from its quoted form", () => {
  fc.assert(
    fc.property(names, (name) => {
      expect(unquotedBytes(JSON.parse(quotedName(name)) as string).toString()).toBe(name.toWellFormed());
    }),
    { numRuns: 2000 },
  );
});

test("quotes as Go does", () => {
  expect(quotedName('a"b\\c')).toBe(String.raw`"a\\\"b\\\\c"`);
  expect(quotedName("\u0001\n\u007f\u00ad\u{e0001}")).toBe(String.raw`"\\x01\\n\\x7f\\u00ad\\U000e0001"`);
  expect(quotedName("é 😀")).toBe('"é 😀"');
  expect(goString("<a & b>\u2028")).toBe(String.raw`"\u003ca \u0026 b\u003e\u2028"`);
  expect(unquotedBytes(String.raw`\303\251\xe9`).toString()).toBe("é\ufffd");
});

test("writes times as Go does", () => {
  expect(goTime(new Date(0))).toBe("1970-01-01T00:00:00Z");
  expect(goTime(new Date(120))).toBe("1970-01-01T00:00:00.12Z");
  expect(goTime(new Date(1_700_000_000_001))).toBe("2023-11-14T22:13:20.001Z");
  expect(goTime(new Date(8.64e15))).toBe("9999-12-31T23:59:59Z");
  expect(() => goTime(new Date(Number.NaN))).toThrow(RangeError);
});

test("sorts names by their UTF-8 bytes", () => {
  fc.assert(
    fc.property(names, names, (a, b) => {
      const [x, y] = [a.toWellFormed(), b.toWellFormed()];
      expect(Math.sign(compareNames(x, y))).toBe(Buffer.compare(Buffer.from(x), Buffer.from(y)));
    }),
    { numRuns: 5000 },
  );
});
