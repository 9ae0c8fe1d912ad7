import { z } from "zod";
import type { BodySchema, Operation, ResultSchema } from "../base/operation.ts";
import { problemSchema } from "../base/problem.ts";
import { scopeOf } from "../base/scopes.ts";
import { operations } from "../operations.ts";
import { answersOf, bytesContent } from "./openapi-answers.ts";

type Json = Record<string, unknown>;

const idempotencyKey: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Chosen by the client, one per creation: sent again within a day, the request is answered as the first time",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,200}$" },
};

function schemaOf(schema: z.ZodType, io: "input" | "output", components: Json): unknown {
  const {
    $schema: _dialect,
    $defs,
    ...rest
  } = z.toJSONSchema(schema, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
    reused: "inline",
  }) as Json;
  // A definition may refer to another one: all of them move, not only what refers to them. One that clients send as well stays as they
  // may send it: with properties that nobody knows.
  for (const [name, definition] of Object.entries(moved($defs ?? {}))) {
    if (io === "input" || !(name in components)) components[name] = definition;
  }
  return moved(rest);
}

function moved<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function content(
  schema: BodySchema | ResultSchema,
  media: string | undefined,
  io: "input" | "output",
  components: Json,
) {
  if (schema === null) return undefined;
  if (schema === "bytes") return bytesContent(media);
  if (schema === "events") return { "text/event-stream": { schema: { type: "string" } } };
  return { "application/json": { schema: schemaOf(schema, io, components) } };
}

function parameters(operation: Operation, components: Json): Json[] {
  const found: Json[] = [];
  for (const [place, object] of [
    ["path", operation.params],
    ["query", operation.query],
    ["header", operation.headers],
  ] as const) {
    for (const [name, schema] of Object.entries(object?.shape ?? {})) {
      const optional = (schema as z.ZodType).safeParse(undefined).success;
      found.push({
        name,
        in: place,
        required: place === "path" || !optional,
        schema: schemaOf(schema as z.ZodType, "input", components),
      });
    }
  }
  return operation.idempotencyKey ? [...found, idempotencyKey] : found;
}

function describe(operation: Operation, components: Json): Json {
  const { body: wanted, result } = operation;
  const body = wanted && content(wanted, operation.bodyMedia ?? "application/octet-stream", "input", components);
  const required = wanted === "bytes" || (wanted !== undefined && !wanted.safeParse(undefined).success);
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    "x-authz": operation.access,
    "x-token-scope": scopeOf(operation),
    ...(operation.recentProof ? { "x-recent-proof": true } : {}),
    security: operation.access === "signed-in" || operation.access === "admin" ? [{ bearer: [] }, { cookie: [] }] : [],
    parameters: parameters(operation, components),
    ...(body ? { requestBody: { required, content: body } } : {}),
    responses: answersOf(operation, content(result, operation.media, "output", components)),
  };
}

/** The OpenAPI 3.1 document of the whole API. Throws where an operation is declared twice. */
export function openApiDocument(version: string): Json {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    const method = operation.method.toLowerCase();
    if (path[method]) throw new Error(`${operation.method} ${operation.path} is declared twice`);
    path[method] = describe(operation, components);
  }
  components.Problem = schemaOf(problemSchema, "output", components);
  const sorted = Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    openapi: "3.1.0",
    info: {
      title: "Holdfast",
      version,
      description: "Store files, share them, and get them back.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: sorted,
      responses: {
        Problem: {
          description: "A problem",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        cookie: { type: "apiKey", in: "cookie", name: "holdfast_access" },
      },
    },
  };
}
