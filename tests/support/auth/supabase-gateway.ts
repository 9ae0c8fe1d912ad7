import { posix } from "node:path";

/**
 * The path that a request ends at behind gateways that decode, merge slashes and resolve dots (Kong, Envoy and nginx each do some of it), and
 * in Supabase Auth's own router, which takes a slash at the end, and `grant_type` from a form.
 */
export function routePath(url: string, contentType = "", body: Buffer = Buffer.alloc(0)): string {
  const [raw = "", search = ""] = splitOnce(url.replace(/^https?:\/\/[^/]*/i, ""), "?");
  const plain = decoded(raw).replaceAll("\\", "/").replace(/;.*$/, "").replace(/\/+/g, "/");
  const path = posix.normalize(plain).replace(/(.)\/$/, "$1");
  const query = new URLSearchParams(search);
  const form = contentType.includes("form") ? new URLSearchParams(body.toString()) : new URLSearchParams();
  const grant = form.get("grant_type");
  if (grant !== null) query.set("grant_type", grant);
  return encodeURI(path) + (query.size > 0 ? `?${query}` : "");
}

/** Go's JSON: a field's name counts in any case, and the last of several wins. */
export function asSupabaseReads(body: Buffer): string {
  try {
    const given: unknown = JSON.parse(body.toString());
    if (typeof given !== "object" || given === null || Array.isArray(given)) return body.toString();
    const fields: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(given)) {
      const name = key.replaceAll("\u017f", "s").replaceAll("\u212a", "k").toLowerCase();
      // And `İ` is an `i` to Go's strings.ToLower.
      fields[name] = name === "email" && typeof value === "string" ? value.replaceAll("\u0130", "i") : value;
    }
    return JSON.stringify(fields);
  } catch {
    return body.toString();
  }
}

function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
