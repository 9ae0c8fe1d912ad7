import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { unprocessable } from "../errors.ts";
import type { Identity } from "../service.ts";

/** Who passkeys are made for: a host name, and the origins of its pages. */
export interface RelyingParty {
  id: string;
  origins: string[];
}

/**
 * The configured origins; without any, the page that asks. An origin that a caller claims decides nothing: the browser puts the true one
 * into what it signs, and gives a page no passkey of another host name.
 *
 * @throws IdentityError 422 validation_failed where the address is not one that passkeys can belong to
 */
export function relyingPartyOf(identity: Identity, request: FastifyRequest): RelyingParty {
  const { origins } = identity.config.passkeys;
  const found = origins.length > 0 ? origins : [pageOf(request)];
  const { hostname } = new URL(found[0] as string);
  if (isIP(hostname.replace(/^\[|\]$/g, ""))) {
    const message = "Passkeys belong to a host name, and this address is a number. Open the server by its name.";
    throw unprocessable("validation_failed", message);
  }
  return { id: hostname, origins: found };
}

function pageOf(request: FastifyRequest): string {
  const { origin } = request.headers;
  if (origin !== undefined && /^https?:/.test(origin) && URL.canParse(origin)) return new URL(origin).origin;
  const own = `${request.protocol}://${request.host}`;
  if (!URL.canParse(own))
    throw unprocessable("validation_failed", "The request names no host that passkeys can belong to.");
  return new URL(own).origin;
}
