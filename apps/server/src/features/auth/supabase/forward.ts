import type { IncomingHttpHeaders } from "node:http";
import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { Caller } from "../identity/identity-client.ts";
import type { Fields } from "./read-body.ts";

/** What of a client's headers means something to Supabase Auth. What a client claims of its own address counts for nothing. */
const forwarded = [
  ...["accept", "accept-language", "authorization", "apikey", "user-agent", "referer"],
  ...["x-client-info", "x-supabase-api-version"],
  // Pages of other origins, which Supabase answers by its own settings.
  ...["origin", "access-control-request-method", "access-control-request-headers"],
];

/** What of the answer is for the client. Cookies and rules for the whole origin (HSTS, CSP) are not Supabase's to set here. */
const returned =
  /^(content-type|content-disposition|location|link|cache-control|expires|retry-after|vary|www-authenticate|x-total-count|x-sb-.*|x-supabase-api-version|sb-auth-.*|access-control-.*)$/;

const TIMEOUT_MS = 15_000;

export interface Forwarded {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly fields: Fields | null;
  readonly form: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** @throws ProblemError unavailable */
export async function forward(
  to: { authUrl: string; anonKey: string },
  call: Forwarded,
  request: FastifyRequest,
  caller: Caller,
): Promise<Answer> {
  const search = new URLSearchParams([...call.query]).toString();
  const headers = pickHeaders(request.headers);
  // The gateway asks every caller for a key; who has none comes with the public one, as our own pages do.
  if (!headers.get("apikey")) headers.set("apikey", to.anonKey);
  setAddress(headers, caller.ip);
  headers.set("x-forwarded-host", request.host);
  headers.set("x-forwarded-proto", request.protocol);
  let body: string | null = null;
  if (call.fields) {
    body = call.form
      ? new URLSearchParams(call.fields as Record<string, string>).toString()
      : JSON.stringify(call.fields);
    headers.set("content-type", call.form ? "application/x-www-form-urlencoded" : "application/json;charset=UTF-8");
  }
  try {
    const response = await fetch(`${to.authUrl}${call.path}${search && `?${search}`}`, {
      method: call.method,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === null ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  } catch (cause) {
    throw new ProblemError("unavailable", "Supabase Auth cannot be reached right now. Try again in a moment.", {
      cause,
      headers: { "retry-after": "2" },
    });
  }
}

/** The headers of an answer that the client gets. */
export function returnedHeaders(headers: Headers): [string, string][] {
  return [...headers].filter(([name]) => returned.test(name));
}

/** The second header is what Supabase's gateways pass on, and what its own limits by address read. */
export function setAddress(headers: Headers, ip: string): void {
  headers.set("x-forwarded-for", ip);
  headers.set("sb-forwarded-for", ip);
}

function pickHeaders(given: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const name of forwarded) {
    const value = given[name];
    if (typeof value === "string" && value !== "") headers.set(name, value);
  }
  return headers;
}
