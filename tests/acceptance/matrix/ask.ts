import type { Operation } from "../../../packages/contract/src/index.ts";
import { requestOf } from "../../support/contract/sample.ts";
import type { Things } from "./things.ts";

export interface Answer {
  status: number;
  code: string | null;
  text: string;
  headers: [string, string][];
}

/** What a request names besides what its schemas need. */
export interface Named {
  query?: Record<string, string>;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** Asks for an operation about these things, with the smallest request that its schemas let pass. */
export async function ask(
  serverUrl: string,
  operation: Operation,
  things: Things,
  headers: Record<string, string>,
  named: Named = {},
): Promise<Answer> {
  const { url, init } = requestOf(operation, things.params);
  const address = new URL(serverUrl + url);
  for (const [name, value] of Object.entries({ ...things.query, ...named.query }))
    address.searchParams.set(name, value);
  const more = operation.method === "POST" && things.body ? { ...things.body, ...named.body } : named.body;
  const body = more ? JSON.stringify({ ...JSON.parse(init.body ?? "{}"), ...more }) : init.body;
  const tus = operation.path.startsWith("/api/v1/uploads") ? { "tus-resumable": "1.0.0", "upload-offset": "0" } : {};
  const stop = new AbortController();
  const answer = await fetch(address, {
    ...init,
    ...(body === undefined ? {} : { body }),
    headers: { ...init.headers, ...tus, ...named.headers, ...headers },
    signal: stop.signal,
  });
  const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream");
  const text = isStream ? "" : await answer.text();
  if (isStream) stop.abort();
  const isProblem = answer.headers.get("content-type")?.startsWith("application/problem+json") && text;
  // What differs from request to request whatever is answered.
  const kept = [...answer.headers].filter(([name]) => !["date", "x-request-id", "set-cookie"].includes(name));
  return {
    status: answer.status,
    code: isProblem ? (JSON.parse(text).code as string) : null,
    text: text.replace(/"requestId":"[^"]*"/, ""),
    headers: kept,
  };
}
