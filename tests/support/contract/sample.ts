import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Operation } from "../../../packages/contract/src/index.ts";

type Schema = Record<string, unknown>;

/** The smallest value that a JSON schema lets pass. */
export function sampleOf(schema: Schema): unknown {
  if ("const" in schema) return schema.const;
  if ("default" in schema) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (choices) return sampleOf(choices.find(({ type }) => type !== "null") ?? (choices[0] as Schema));
  switch (schema.type) {
    case "object": {
      const { properties = {}, required = [] } = schema as { properties?: Record<string, Schema>; required?: string[] };
      return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] as Schema)]));
    }
    case "array":
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => sampleOf(schema.items as Schema));
    case "integer":
    case "number":
      return Number(schema.minimum ?? 0);
    case "boolean":
      return false;
    case "string":
      return textOf(schema);
    default:
      return null;
  }
}

function textOf({ format, minLength = 1 }: Schema): string {
  switch (format) {
    case "uuid":
      return randomUUID();
    case "email":
      return "sample@example.org";
    case "date-time":
      return new Date(Date.now() + 86_400_000).toISOString();
    case "uri":
      return "https://example.org/";
    default:
      return "sample".padEnd(Number(minLength), "x");
  }
}

function ofZod(schema: z.ZodType): unknown {
  return sampleOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as Schema);
}

export interface Sample {
  url: string;
  init: { method: string; headers: Record<string, string>; body?: string };
}

/** A request of an operation that gets past its schemas, with these values for the parameters in its path. */
export function requestOf(operation: Operation, params: Record<string, string>): Sample {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? randomUUID());
  const query = operation.query ? (ofZod(operation.query) as Record<string, unknown>) : {};
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const headers: Record<string, string> = {};
  let body: string | undefined;
  if (operation.body === "bytes") {
    headers["content-type"] = "application/offset+octet-stream";
    body = "bytes";
  } else if (operation.body) {
    headers["content-type"] = "application/json";
    body = JSON.stringify(ofZod(operation.body));
  }
  return {
    url: path + (search.size > 0 ? `?${search}` : ""),
    init: { method: operation.method, headers, ...(body === undefined ? {} : { body }) },
  };
}
