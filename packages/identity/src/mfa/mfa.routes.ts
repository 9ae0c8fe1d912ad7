import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { toString as qrCode } from "qrcode";
import * as z from "zod";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, isUniqueViolation, notFound, unprocessable } from "../errors.ts";
import { readBody, text, uuidPattern } from "../http/body.ts";
import { requireFullSession } from "../passkeys/require-aal.ts";
import { callerOf, type Identity, reportChange } from "../service.ts";
import { requireUser, type SignedIn } from "../sessions/bearer.ts";
import { sessionHeaders } from "../sessions/issue-session.ts";
import { requireRecentProof } from "../sessions/recent-proof.ts";
import { attemptFromAddress, countRequest } from "../throttle/attempt.ts";
import {
  deleteFactor,
  deleteOldChallenges,
  deleteUnverifiedFactors,
  type FactorRow,
  findFactor,
  insertChallenge,
  insertFactor,
} from "./factors.queries.ts";
import { newTotpSecret, totpUri } from "./totp.ts";
import { challengeAddress, verifyFactor } from "./verify-factor.ts";
import { totpProof } from "./verify-totp.ts";
import { beginWebauthn, webauthnAnswer, webauthnProof } from "./webauthn-factor.ts";

const proof = { current_password: text, nonce: text };
const enrollBody = z.object({ friendly_name: text, factor_type: text, issuer: text, ...proof });
const verifyBody = z.object({ challenge_id: text, code: text, webauthn: webauthnAnswer });

const nameOf = { totp: "TOTP", webauthn: "WebAuthn" } as const;

/** An enrolment that was not finished after this long is given up. */
const unfinishedMilliseconds = 5 * 60_000;

export function mfaRoutes(app: FastifyInstance, identity: Identity): void {
  app.post("/factors", async (request) => {
    const signedIn = await requireUser(identity, request);
    const body = readBody(request, enrollBody);
    await countRequest(identity, "mfa", request.ip, signedIn.user.id);
    await requireRecentProof(identity, signedIn, { currentPassword: body.current_password, nonce: body.nonce });
    return enroll(identity, signedIn, body, request);
  });

  app.post("/factors/:factorId/challenge", async (request) => {
    const signedIn = await requireUser(identity, request);
    const { user } = signedIn;
    await countRequest(identity, "mfa", request.ip, user.id);
    const factor = await requireFactor(identity, user.id, request);
    const caller = callerOf(request);
    const now = identity.now();
    const id = randomUUID();
    const begun = factor.factor_type === "webauthn" ? await beginWebauthn(identity, signedIn, factor, request) : null;
    const ceremony = begun?.ceremony ?? null;
    await inTransaction(identity.pool, async (db) => {
      await deleteOldChallenges(db, factor.id, new Date(now.getTime() - 3_600_000));
      await insertChallenge(db, { id, factorId: factor.id, ip: challengeAddress(caller), ceremony, now });
      await writeAudit(db, "challenge_created", user, caller, now, {
        factor_id: factor.id,
        factor_status: factor.status,
      });
    });
    const expiresAt = Math.floor(now.getTime() / 1000) + identity.config.mfa.challengeExpiry;
    return { id, type: factor.factor_type, expires_at: expiresAt, ...(begun && { webauthn: begun.webauthn }) };
  });

  app.post("/factors/:factorId/verify", async (request, reply) => {
    const signedIn = await requireUser(identity, request);
    const factor = await requireFactor(identity, signedIn.user.id, request);
    const body = readBody(request, verifyBody);
    const { factor_type: type } = factor;
    if (!identity.config.mfa.verify) {
      throw unprocessable(`mfa_${type}_verify_not_enabled`, `MFA verification is disabled for ${nameOf[type]}`);
    }
    if (body.code === "" && type === "totp") throw badRequest("validation_failed", "Code needs to be non-empty");
    if (!uuidPattern.test(body.challenge_id)) throw badRequest("validation_failed", "challenge_id must be an UUID");
    const isNew = factor.status === "unverified";
    // A factor that counts already is itself a proof.
    if (isNew) await requireRecentProof(identity, signedIn);
    const issued = await attemptFromAddress(identity, "mfa", { ip: request.ip, account: signedIn.user.id }, () => {
      const shown =
        type === "webauthn"
          ? webauthnProof(identity, signedIn, factor, body.webauthn, request)
          : totpProof(factor, body.code.trim());
      return verifyFactor(identity, signedIn, factor, body.challenge_id, callerOf(request), shown);
    });
    if (isNew) await reportChange(identity, signedIn.user.id, "factor_added", callerOf(request));
    sessionHeaders(reply, issued);
    return issued.response;
  });

  app.delete("/factors/:factorId", async (request) => {
    const signedIn = await requireUser(identity, request);
    const { user, session } = signedIn;
    const factor = await requireFactor(identity, user.id, request, false);
    if (factor.status === "verified" && session.aal !== "aal2") {
      throw unprocessable("insufficient_aal", "AAL2 required to unenroll verified factor");
    }
    if (factor.status === "verified") await requireRecentProof(identity, signedIn);
    await inTransaction(identity.pool, async (db) => {
      await deleteFactor(db, factor);
      const traits = { factor_id: factor.id, factor_status: factor.status, session_id: session.id };
      await writeAudit(db, "factor_unenrolled", user, callerOf(request), identity.now(), traits);
    });
    if (factor.status === "verified") await reportChange(identity, user.id, "factor_removed", callerOf(request));
    return { id: factor.id };
  });
}

async function enroll(
  identity: Identity,
  signedIn: SignedIn,
  body: z.output<typeof enrollBody>,
  request: FastifyRequest,
) {
  const { user } = signedIn;
  const { mfa } = identity.config;
  const now = identity.now();
  if (body.factor_type === "phone")
    throw unprocessable("mfa_phone_enroll_not_enabled", "MFA enroll is disabled for Phone");
  const type = body.factor_type;
  if (type !== "totp" && type !== "webauthn")
    throw badRequest("validation_failed", "factor_type needs to be totp, phone, or webauthn");
  if (!mfa.enroll) throw unprocessable(`mfa_${type}_enroll_not_enabled`, `MFA enroll is disabled for ${nameOf[type]}`);
  await requireFullSession(identity, signedIn, "AAL2 required to enroll a new factor");
  const kept = user.factors.filter(
    ({ status, created_at }) =>
      status === "verified" || Date.parse(created_at) > now.getTime() - unfinishedMilliseconds,
  );
  if (kept.length >= mfa.maxEnrolledFactors) {
    const message = "Maximum number of verified factors reached, unenroll to continue";
    throw unprocessable("too_many_enrolled_mfa_factors", message);
  }
  const id = randomUUID();
  const secret = type === "totp" ? newTotpSecret() : null;
  const friendlyName = body.friendly_name;
  await inTransaction(identity.pool, async (db) => {
    await deleteUnverifiedFactors(db, user.id, type, new Date(now.getTime() - unfinishedMilliseconds));
    await insertFactor(db, { id, userId: user.id, type, friendlyName, secret, now });
    await writeAudit(db, "factor_in_progress", user, callerOf(request), now, { factor_id: id });
  }).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    const message = `A factor with the friendly name "${friendlyName}" for this user already exists`;
    throw unprocessable("mfa_factor_name_conflict", message);
  });
  if (secret === null) return { id, type, friendly_name: friendlyName };
  const uri = totpUri(secret, body.issuer || mfa.issuer, user.email ?? user.id);
  const svg = await qrCode(uri, { type: "svg", errorCorrectionLevel: "M", margin: 4 });
  return { id, type, friendly_name: friendlyName, totp: { qr_code: svg.trim(), secret, uri } };
}

type UsableFactor = FactorRow & { factor_type: "totp" | "webauthn" };

/** @param usable false: a telephone will do, to be removed @throws IdentityError 404 validation_failed, 422 mfa_factor_not_found */
async function requireFactor(
  identity: Identity,
  userId: string,
  request: FastifyRequest,
  usable = true,
): Promise<UsableFactor> {
  const { factorId } = request.params as { factorId: string };
  if (!uuidPattern.test(factorId)) throw notFound("validation_failed", "factor_id must be an UUID");
  const factor = await findFactor(identity.pool, userId, factorId);
  if (factor === undefined) throw notFound("mfa_factor_not_found", "Factor not found");
  if (usable && factor.factor_type === "phone") {
    throw unprocessable("mfa_phone_verify_not_enabled", "Factors of type phone are not supported");
  }
  return factor as UsableFactor;
}
