import { openApiDocument } from "@holdfast/contract";

/** What this page reads of JSON Schema; the contract writes no more than that. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
};

type Content = Record<string, { schema: Schema }>;

export type Operation = {
  operationId: string;
  tags: [string];
  summary: string;
  "x-authz": string;
  "x-token-scope"?: string | null;
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { description?: string; content?: Content }>;
};

export type Entry = { method: string; path: string; operation: Operation };

type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

let document: Document | undefined;

/** Made when somebody first asks for it: most servers are never asked. */
function read(): Document {
  document ??= openApiDocument("") as Document;
  return document;
}

/** Operations by tag, in the contract's order. HEAD goes without saying. */
export function entriesByTag(): [tag: string, entries: Entry[]][] {
  const tags = new Map<string, Entry[]>();
  for (const [path, methods] of Object.entries(read().paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (method === "head" && methods.get) continue;
      const [tag] = operation.tags;
      tags.set(tag, [...(tags.get(tag) ?? []), { method: method.toUpperCase(), path, operation }]);
    }
  }
  return [...tags];
}

export function schemas(): [name: string, schema: Schema][] {
  return Object.entries(read().components.schemas);
}

export function shapeName(schema: Schema): string | null {
  return schema.$ref?.split("/").at(-1) ?? null;
}

/** A type as one would write it: `"a" | "b"`, `integer 1–1000`, `File[]`, `date-time | null`. */
export function typeText(schema: Schema): string {
  const name = shapeName(schema);
  if (name) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeText).join(" | ");
  if (schema.allOf) return schema.allOf.map(typeText).join(" & ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeText({ ...schema, type })).join(" | ");
  if (schema.type === "array") {
    const item = typeText(schema.items ?? {});
    return /[ |&]/.test(item) ? `(${item})[]` : `${item}[]`;
  }
  if (schema.type === "object" && schema.properties) {
    const fields = Object.entries(schema.properties);
    const optional = (key: string) => (schema.required?.includes(key) ? "" : "?");
    return `{ ${fields.map(([key, value]) => `${key}${optional(key)}: ${typeText(value)}`).join(", ")} }`;
  }
  if (schema.type === "object" && typeof schema.additionalProperties === "object") {
    return `{ [key]: ${typeText(schema.additionalProperties)} }`;
  }
  return `${schema.format ?? schema.type ?? "any"}${bounds(schema)}`;
}

function bounds({ type, minimum, maximum, minLength, maxLength }: Schema): string {
  const [from, to] = type === "string" ? [minLength, maxLength] : [minimum, maximum];
  const safe = to === Number.MAX_SAFE_INTEGER ? undefined : to;
  const least = from === Number.MIN_SAFE_INTEGER ? undefined : from;
  if (least === undefined && safe === undefined) return "";
  if (safe === undefined) return ` ≥ ${least}`;
  return least === undefined ? ` ≤ ${safe}` : ` ${least}–${safe}`;
}

/** The fields of an object, also of one that is put together of several. Empty for anything else. */
export function fieldsOf(schema: Schema): { name: string; required: boolean; schema: Schema }[] {
  const own = Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    required: schema.required?.includes(name) ?? false,
    schema: field,
  }));
  return [...own, ...(schema.allOf ?? []).flatMap(fieldsOf)];
}
