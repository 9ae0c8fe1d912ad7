import { isUtf8 } from "node:buffer";
import { IdentityError } from "@holdfast/identity";
import type { FastifyRequest } from "fastify";
import { serverBusy } from "../../auth/index.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import type { LinkRow } from "./open.queries.ts";

/**
 * Is this the link's password? Throttled per link and per address.
 * @throws ProblemError rate_limited, server_busy
 */
export async function checkPassword(
  deps: SharingDeps,
  link: LinkRow,
  password: string,
  request: FastifyRequest,
): Promise<boolean> {
  const parts = { account: link.id, ip: request.ip };
  const right = await deps.throttle.attempt("share-password", parts, async () => {
    const result = await deps.passwords
      .verify(password.normalize("NFC"), link.password_hash)
      .catch((error: unknown) => {
        throw orBusy(error);
      });
    return { counted: result ? "success" : "failure", result };
  });
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
 * @throws ProblemError server_busy where too many wait for theirs
 */
export async function hashSharePassword(deps: Pick<SharingDeps, "passwords">, password: string): Promise<string> {
  try {
    return await deps.passwords.hash(password.normalize("NFC"));
  } catch (error) {
    throw orBusy(error);
  }
}

function orBusy(error: unknown): unknown {
  return error instanceof IdentityError && error.code === "server_busy" ? serverBusy(error) : error;
}
