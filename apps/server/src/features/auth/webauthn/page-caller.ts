import type { FastifyRequest } from "fastify";
import type { Caller } from "../identity/identity-client.ts";
import { callerOf } from "../session/authenticate.ts";

/** Who asks, with the page that a passkey is made for or used on: as the browser names it, or this server as it was reached. */
export function pageCallerOf(request: FastifyRequest): Caller {
  return { ...callerOf(request), page: request.headers.origin ?? `${request.protocol}://${request.host}` };
}
