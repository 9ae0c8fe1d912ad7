import { operations } from "@holdfast/contract";
import { expect, test } from "vitest";
import { entriesByTag, fieldsOf, schemas, typeText } from "./document";

test("types are written as one would write them", () => {
  expect(typeText({ enum: ["a", "b"] })).toBe('"a" | "b"');
  expect(typeText({ type: "array", items: { $ref: "#/components/schemas/File" } })).toBe("File[]");
  expect(typeText({ type: "array", items: { type: ["string", "null"] } })).toBe("(string | null)[]");
  expect(typeText({ type: "integer", minimum: 1, maximum: 1000 })).toBe("integer 1–1000");
  expect(typeText({ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER })).toBe("integer ≥ 0");
  expect(typeText({ type: "string", format: "uuid" })).toBe("uuid");
  expect(typeText({ type: "object", properties: { a: { type: "string" } }, required: [] })).toBe("{ a?: string }");
});

test("every operation is there once, but for HEAD beside GET, and says who may call it", () => {
  const entries = entriesByTag().flatMap(([, of]) => of);
  const gets = new Set(operations.filter(({ method }) => method === "GET").map(({ path }) => path));
  const expected = operations.filter(({ method, path }) => !(method === "HEAD" && gets.has(path)));
  expect(entries.map(({ operation }) => operation.operationId).sort()).toEqual(expected.map(({ id }) => id).sort());
});

test("every type of a field is known, and every name leads to a shape", () => {
  const names = new Set(schemas().map(([name]) => name));
  for (const [name, schema] of schemas()) {
    for (const field of fieldsOf(schema)) {
      expect(typeText(field.schema), `${name}.${field.name}`).not.toBe("");
      if (field.schema.$ref) expect(names).toContain(field.schema.$ref.split("/").at(-1));
    }
  }
});
