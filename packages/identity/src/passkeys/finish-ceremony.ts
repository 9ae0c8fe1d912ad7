import { badRequest } from "../errors.ts";
import { uuidPattern } from "../http/body.ts";
import type { Identity } from "../service.ts";
import type { Ceremony } from "../webauthn/ceremony.ts";
import { takeCeremony } from "./ceremonies.queries.ts";

/**
 * The ceremony that an answer belongs to, which is used up by it.
 * @throws IdentityError 400 (validation_failed, webauthn_challenge_not_found, webauthn_challenge_expired)
 */
export async function finishCeremony(
  identity: Identity,
  id: string,
  type: "registration" | "authentication",
  userId: string | null,
): Promise<Ceremony> {
  if (id === "") throw badRequest("validation_failed", "challenge_id is required");
  if (!uuidPattern.test(id)) throw badRequest("validation_failed", "challenge_id must be a valid UUID");
  const found = await takeCeremony(identity.pool, id, type, userId);
  if (!found) throw badRequest("webauthn_challenge_not_found", "Challenge not found or already used");
  if (found.expiresAt <= identity.now()) throw badRequest("webauthn_challenge_expired", "Challenge has expired");
  return found.ceremony;
}
