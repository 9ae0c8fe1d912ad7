import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCursor, encodeCursor } from "./cursor.ts";

test("a cursor gives back its keys, and fits into a query as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer(), (text, number) => {
      const cursor = encodeCursor([text, number]);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(cursor, ["string", "number"])).toEqual([text.toWellFormed(), number]);
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
