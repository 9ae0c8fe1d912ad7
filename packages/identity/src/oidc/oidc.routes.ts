import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { isUniqueViolation, notFound, unprocessable } from "../errors.ts";
import { queryValue, uuidPattern } from "../http/body.ts";
import { redirectTarget } from "../http/redirect.ts";
import { readChallenge } from "../one-time/flow-state.queries.ts";
import { callerOf, type Identity } from "../service.ts";
import { requireAccount } from "../sessions/bearer.ts";
import { requireRecentProof } from "../sessions/recent-proof.ts";
import { countRequest } from "../throttle/attempt.ts";
import { syncProviders } from "../users/identities.queries.ts";
import { deleteIdentity, reassignEmail } from "./accounts.queries.ts";
import { finishSignIn } from "./finish-sign-in.ts";
import type { ProviderClients } from "./provider-client.ts";
import { startSignIn } from "./start-sign-in.ts";

export function oidcRoutes(app: FastifyInstance, identity: Identity, clients: ProviderClients): void {
  // The addresses carry codes and tokens, which are not for a log.
  app.get("/authorize", { logLevel: "silent" }, async (request, reply) =>
    start(identity, clients, request, reply, null),
  );

  app.get("/user/identities/authorize", async (request, reply) => {
    const signedIn = await requireAccount(identity, request);
    requireLinking(identity);
    await requireRecentProof(identity, signedIn);
    const { user } = signedIn;
    return start(identity, clients, request, reply, user.id);
  });

  app.route({
    method: ["GET", "POST"],
    url: "/callback",
    exposeHeadRoute: false,
    logLevel: "silent",
    handler: async (request, reply) => {
      await countRequest(identity, "oidc", request.ip);
      const form = request.method === "POST" ? String(request.body ?? "") : request.url.replace(/^[^?]*\??/, "");
      const target = await finishSignIn(identity, clients, new URLSearchParams(form), callerOf(request));
      return reply.redirect(target, 302);
    },
  });

  app.delete("/user/identities/:identityId", async (request) => {
    const signedIn = await requireAccount(identity, request);
    const { user } = signedIn;
    requireLinking(identity);
    await requireRecentProof(identity, signedIn);
    const { identityId } = request.params as { identityId: string };
    if (!uuidPattern.test(identityId)) throw notFound("validation_failed", "identity_id must be an UUID");
    if (user.identities.length <= 1) {
      const message = "User must have at least 1 identity after unlinking";
      throw unprocessable("single_identity_not_deletable", message);
    }
    const unlinked = user.identities.find(({ identity_id }) => identity_id === identityId.toLowerCase());
    if (unlinked === undefined) throw unprocessable("identity_not_found", "Identity doesn't exist");
    await inTransaction(identity.pool, async (db) => {
      const now = identity.now();
      await deleteIdentity(db, unlinked.identity_id);
      await reassignEmail(db, user.id, now);
      await syncProviders(db, user.id);
      const traits = { identity_id: unlinked.identity_id, provider: unlinked.provider, provider_id: unlinked.id };
      await writeAudit(db, "identity_unlinked", user, callerOf(request), now, traits);
    }).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      const message = "Unable to unlink identity due to email conflict";
      throw unprocessable("email_conflict_identity_not_deletable", message);
    });
    return {};
  });
}

function requireLinking(identity: Identity): void {
  if (!identity.config.manualLinking) throw notFound("manual_linking_disabled", "Manual linking is disabled");
}

async function start(
  identity: Identity,
  clients: ProviderClients,
  request: FastifyRequest,
  reply: FastifyReply,
  linkTo: string | null,
) {
  await countRequest(identity, "oidc", request.ip);
  const challenge = {
    code_challenge: queryValue(request, "code_challenge"),
    code_challenge_method: queryValue(request, "code_challenge_method"),
  };
  const url = await startSignIn(identity, clients, {
    providerId: queryValue(request, "provider"),
    scopes: queryValue(request, "scopes"),
    pkce: readChallenge(challenge),
    redirectTo: redirectTarget(identity.config, request),
    inviteToken: queryValue(request, "invite_token") || null,
    // Not of the contract: asked for by a host's page, once the person has said that the other account is not theirs.
    takeAddress: queryValue(request, "take_address") === "true",
    linkTo,
  });
  return queryValue(request, "skip_http_redirect") === "true" ? { url } : reply.redirect(url, 302);
}
