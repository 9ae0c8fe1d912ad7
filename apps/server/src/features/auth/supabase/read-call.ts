import { isId } from "../../../platform/ids.ts";
import { type AllowedCall, allowedCalls } from "./allowed-calls.ts";
import { type Fields, readForm, readJson } from "./read-body.ts";
import { RefusedCall } from "./refused-call.ts";

/** A request as it may be passed on: every part is built from what was understood, nothing is the client's own text. */
export interface Call {
  readonly allowed: AllowedCall;
  /** Below `/auth/v1`. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Null: no body. */
  readonly fields: Fields | null;
}

export interface GivenRequest {
  readonly method: string;
  /** As it stood in the request line. */
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: Buffer | null;
}

const prefix = "/auth/v1";
const name = "[A-Za-z0-9][A-Za-z0-9:._-]{0,199}";

const compiled = allowedCalls.map((allowed) => {
  const literal = allowed.path.replaceAll(".", "\\.").replaceAll("{id}", "([^/]+)").replaceAll("{name}", name);
  return { allowed, pattern: new RegExp(`^${literal}$`) };
});

/** The groups of a pattern are its ids. */
function fits(path: string, pattern: RegExp): boolean {
  const ids = pattern.exec(path)?.slice(1);
  return ids?.every(isId) ?? false;
}

/** The calls of a path in exactly the list's spelling; a slash, an escape or a letter more and there are none. */
export function callsAt(url: string): { path: string; calls: AllowedCall[] } {
  const path = pathOf(url);
  return { path, calls: compiled.filter(({ pattern }) => fits(path, pattern)).map(({ allowed }) => allowed) };
}

/** @throws RefusedCall for everything that is not in the list, and for a body or query that can be read in two ways */
export function readCall({ method, url, contentType, body }: GivenRequest): Call {
  const { path, calls } = callsAt(url);
  const there = calls.filter((call) => call.method === method);
  if (there.length === 0) throw new RefusedCall(404, "feature_disabled", "There is nothing here");
  const given = readQuery(url);
  const allowed = there.find(({ fixed = {} }) =>
    Object.entries(fixed).every(([key, value]) => given.get(key) === value),
  );
  if (!allowed) throw new RefusedCall(400, "invalid_credentials", "unsupported_grant_type");
  const query = new Map(Object.entries(allowed.fixed ?? {}));
  const known = words(allowed.query);
  for (const [key, value] of given) {
    if (known.includes(key) || (known.includes("*") && /^[a-z0-9_]{1,64}$/i.test(key))) query.set(key, value);
  }
  const read = allowed.form ? readForm : readJson;
  const fields = allowed.body && body ? read(body, contentType, words(allowed.body)) : null;
  return { allowed, path, query, fields };
}

export function words(text = ""): string[] {
  return text.split(" ").filter((word) => word !== "");
}

function pathOf(url: string): string {
  const path = url.split("?", 1)[0] as string;
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : "";
}

function readQuery(url: string): Map<string, string> {
  const start = url.indexOf("?");
  const given = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(start < 0 ? "" : url.slice(start + 1))) {
    if (given.has(key)) throw new RefusedCall(400, "validation_failed", `${key} is given more than once`);
    if (value.includes("\0")) throw new RefusedCall(400, "validation_failed", `${key} holds the character U+0000`);
    given.set(key, value);
  }
  return given;
}
