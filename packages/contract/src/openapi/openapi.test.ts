import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { z } from "zod";
import { operations } from "../operations.ts";
import { openApiDocument } from "./openapi.ts";

type Json = Record<string, unknown>;

const document = openApiDocument("1.2.3");

/** Every object in a JSON value, with its path. */
function* objectsIn(value: unknown, path: string): Generator<[path: string, object: Json]> {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) yield [path, value as Json];
  for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${path}/${name}`);
}

function resolve(pointer: string): unknown {
  const names = pointer.slice(2).split("/");
  return names.reduce<unknown>((at, name) => (at as Json | undefined)?.[name.replaceAll("~1", "/")], document);
}

test("the document is valid OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

test("every reference leads somewhere in it", () => {
  const references = [...objectsIn(document, "#")].filter(([, object]) => typeof object.$ref === "string");
  expect(references.length).toBeGreaterThan(100);
  for (const [path, { $ref }] of references) {
    expect($ref, path).toMatch(/^#\/components\//);
    expect(resolve($ref as string), `${path} -> ${$ref}`).toBeDefined();
  }
});

/** Judged as names, with `invalid_name` and a sentence of their own; or as tokens of links, without a database. */
const judgedByTheServer =
  /^(createFolder|updateFile|copyFile|putContent|putPublicContent|finishUpload)\/(body|query)\/properties\/name$|\/params\/properties\/token$/;

/** Whether a schema of a string leaves nothing through that PostgreSQL cannot keep. */
function refusesOddText(schema: Json): boolean {
  if (schema.enum || "const" in schema) return true;
  if (["uuid", "email", "date-time"].includes(schema.format as string)) return true;
  const patterns = [schema.pattern, ...((schema.allOf ?? []) as Json[]).map(({ pattern }) => pattern)];
  return patterns.some((pattern) => typeof pattern === "string" && !new RegExp(pattern).test("a\0b"));
}

test("no string of a request may hold U+0000", () => {
  let strings = 0;
  for (const operation of operations) {
    for (const part of ["params", "query", "body"] as const) {
      const schema = operation[part];
      if (schema === undefined || schema === "bytes") continue;
      const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
      for (const [path, object] of objectsIn(json, `${operation.id}/${part}`)) {
        if (object.type !== "string") continue;
        strings += 1;
        if (!judgedByTheServer.test(path)) expect(refusesOddText(object), path).toBe(true);
      }
    }
  }
  expect(strings).toBeGreaterThan(80);
});

test("bytes are described as they are answered", () => {
  const paths = document.paths as Record<string, Record<string, { responses: Record<string, { content?: Json }> }>>;
  const answers = (path: string, method: string) => paths[path]?.[method]?.responses ?? {};
  const content = answers("/api/v1/files/{id}/content", "get");
  expect(Object.keys(content)).toEqual(expect.arrayContaining(["200", "206", "304", "416", "default"]));
  expect(Object.keys(content["206"]?.content ?? {})).toEqual(["*/*", "multipart/byteranges"]);
  expect(content["304"]?.content).toBeUndefined();
  const head = Object.values(answers("/api/v1/files/{id}/content", "head"));
  expect(head.filter((answer) => answer.content)).toEqual([]);
  expect(Object.keys(answers("/api/v1/archives", "get")["200"]?.content ?? {})).toEqual(["application/zip"]);
  expect(Object.keys(answers("/api/v1/events", "get")["200"]?.content ?? {})).toEqual(["text/event-stream"]);
  expect(Object.keys(answers("/readyz", "get"))).toEqual(["200", "503", "default"]);
});

test("what clients send may hold more than is known", () => {
  const { schemas } = document.components as { schemas: Record<string, Json> };
  expect(schemas.Retention).not.toHaveProperty("additionalProperties");
  expect(schemas.File).toHaveProperty("additionalProperties", false);
});
