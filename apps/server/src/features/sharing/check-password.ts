import { isUtf8 } from "node:buffer";
import { IdentityError } from "@holdfast/identity";
import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../platform/http/problem.ts";
import type { SharingDeps } from "./sharing.deps.ts";
import type { LinkRow } from "./sharing.queries.ts";

/**
 * Is this the link's password? Throttled per link and per address.
 * @throws ProblemError rate_limited
 */
export async function checkPassword(
  deps: SharingDeps,
  link: LinkRow,
  password: string,
  request: FastifyRequest,
): Promise<boolean> {
  const parts = { account: link.id, ip: request.ip };
  await deps.throttle.check("share-password", parts);
  let right = false;
  try {
    right = await deps.passwords.verify(password.normalize("NFC"), link.password_hash);
  } catch (error) {
    if (error instanceof IdentityError && error.status === 429) throw busy(error);
    throw error;
  } finally {
    if (right) await deps.throttle.succeed("share-password", parts);
    else await deps.throttle.fail("share-password", parts);
  }
  if (!right) {
    deps.shareLog.record({
      linkId: link.id,
      occurredAt: deps.clock.now(),
      ip: parts.ip,
      userAgent: request.headers["user-agent"],
      action: "unlock",
      outcome: "wrong_password",
      fileId: null,
      fileName: null,
    });
  }
  return right;
}

/** The password that a program has sent along, if any. Node reads headers as Latin-1; what is valid UTF-8 was meant as that. */
export function passwordHeader(request: FastifyRequest): string | null {
  const header = request.headers["share-password"];
  if (typeof header !== "string") return null;
  const bytes = Buffer.from(header, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : header;
}

/**
 * The password as it is kept.
 * @throws ProblemError rate_limited where too many wait for theirs
 */
export async function hashSharePassword(deps: Pick<SharingDeps, "passwords">, password: string): Promise<string> {
  try {
    return await deps.passwords.hash(password.normalize("NFC"));
  } catch (error) {
    if (error instanceof IdentityError && error.status === 429) throw busy(error);
    throw error;
  }
}

function busy(error: IdentityError): ProblemError {
  return new ProblemError(
    "rate_limited",
    "Too many passwords are being checked at this moment. Try again in a few seconds.",
    {
      cause: error,
      headers: { "retry-after": String(error.retryAfterSeconds ?? 5) },
    },
  );
}
