import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCursor, encodeCursor } from "./cursor.ts";

test("a cursor gives back its keys, and fits into a query as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer(), (any, number) => {
      const text = any.replaceAll("\0", "0").toWellFormed();
      const cursor = encodeCursor([text, number]);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(cursor, ["string", "number"])).toEqual([text, number]);
    }),
  );
});

test("anything else is refused", () => {
  const refused = { code: "invalid_cursor" };
  expect(decodeCursor(undefined, ["string"])).toBeNull();
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((json) => Buffer.from(json).toString("base64url")),
      ),
      (cursor) => {
        expect(() => decodeCursor(cursor, ["string", "number", "string"])).toThrow(expect.objectContaining(refused));
      },
    ),
  );
  expect(() => decodeCursor(encodeCursor(["a", "b"]), ["string", "number"])).toThrow(expect.objectContaining(refused));
});

test.each([
  ["string", "a\0b"],
  ["string", "\ud800"],
  ["time", "2026-02-31T00:00:00Z"],
  ["time", "2026-01-01"],
  ["id", "1"],
] as const)("%s is not %j", (kind, key) => {
  const refused = { code: "invalid_cursor" };
  expect(() => decodeCursor(encodeCursor([key]), [kind])).toThrow(expect.objectContaining(refused));
});
