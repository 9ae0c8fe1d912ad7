import { z } from "zod";
import type { Operation } from "../../../packages/contract/src/index.ts";
import { requestOf, sampleOf } from "../../support/contract/sample.ts";

type Schema = Record<string, unknown>;

/** Where a request of an operation holds a string. */
export interface StringField {
  readonly operation: Operation;
  readonly part: "params" | "query" | "body";
  /** Names and indexes from the part's top to the string. */
  readonly path: readonly string[];
  /** A body that has the field, where there are several kinds of them. */
  readonly body?: unknown;
}

/** Every string that a client can send with an operation, found in its schemas. */
export function stringFieldsOf(operation: Operation): StringField[] {
  return (["params", "query", "body"] as const).flatMap((part) => {
    const schema = operation[part];
    if (schema === undefined || schema === "bytes") return [];
    const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as Schema;
    const kinds = (json.oneOf as Schema[] | undefined)?.map((kind) => ({ kind, body: sampleOf(kind) }));
    return (kinds ?? [{ kind: json }]).flatMap(({ kind, ...body }) => {
      const paths = new Map([...stringsIn(kind, [])].map((path) => [path.join("."), path]));
      return [...paths.values()].map((path) => ({ operation, part, path, ...body }));
    });
  });
}

function* stringsIn(schema: Schema, path: string[]): Generator<string[]> {
  for (const choice of (schema.anyOf ?? schema.oneOf ?? []) as Schema[]) yield* stringsIn(choice, path);
  if (schema.type === "string" && !("const" in schema)) yield path;
  if (schema.type === "array") yield* stringsIn(schema.items as Schema, [...path, "0"]);
  for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, Schema>)) {
    yield* stringsIn(property, [...path, name]);
  }
}

/** Odd text, already as JSON writes it: half of a surrogate pair exists in no other form. */
export interface Oddity {
  readonly name: string;
  readonly json: string;
  /** No database keeps it: it must be refused, by a 4xx that names the field. */
  readonly unstorable?: true;
}

export const oddities: readonly Oddity[] = [
  { name: "NUL", json: '"\\u0000"', unstorable: true },
  { name: "NUL inside", json: '"sample\\u0000@example.org"', unstorable: true },
  { name: "high surrogate", json: '"a\\ud800"', unstorable: true },
  { name: "low surrogate", json: '"\\udfffsample"', unstorable: true },
  { name: "swapped surrogates", json: '"\\udc00\\ud800 long enough"', unstorable: true },
  { name: "empty", json: '""' },
  { name: "escaped escape", json: '"\\\\u0000 is no NUL"' },
  { name: "control characters", json: '"\\u0001\\u001b[31m\\r\\n\\t\\u007f\\u0085"' },
  { name: "directions and joiners", json: '"\\u202e\\u200d\\ufeff\\uffff"' },
  { name: "SQL and patterns", json: JSON.stringify("%_'\"\\;--$1{}()[]*?\u{1f3f3}️‍\u{1f308}") },
  { name: "long", json: JSON.stringify("x".repeat(6_000)) },
  { name: "a number", json: "1e400" },
  { name: "null", json: "null" },
];

export interface OddRequest {
  readonly path: string;
  readonly init: { method: string; headers: Record<string, string>; body?: string };
}

/** A request that is in order but for this one string. Null where no such request can be written. */
export function oddRequest(field: StringField, oddity: Oddity, params: Record<string, string>): OddRequest | null {
  const sample = requestOf(field.operation, params);
  if (field.part === "body") {
    const body: unknown = field.body ?? JSON.parse(sample.init.body ?? "{}");
    const marker = `odd-${"x".repeat(12)}`;
    const text = JSON.stringify(withText(body, field.path, marker)).replace(`"${marker}"`, oddity.json);
    return { path: sample.url, init: { ...sample.init, body: text } };
  }
  const value: unknown = JSON.parse(oddity.json);
  if (typeof value !== "string" || !value.isWellFormed()) return null;
  if (field.part === "params") {
    const [name = ""] = field.path;
    if (value === "") return null;
    return {
      path: requestOf(field.operation, { ...params, [name]: encodeURIComponent(value) }).url,
      init: sample.init,
    };
  }
  const [path = "", search] = sample.url.split("?");
  const query = new URLSearchParams(search);
  query.set(field.path.join("."), value);
  return { path: `${path}?${query}`, init: sample.init };
}

function withText(value: unknown, [name, ...rest]: readonly string[], text: string): unknown {
  if (name === undefined) return text;
  if (name === "0") return [withText(Array.isArray(value) ? value[0] : undefined, rest, text)];
  const object = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return { ...object, [name]: withText(object[name], rest, text) };
}
