import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, IdentityError, unprocessable } from "../errors.ts";
import { queryValue, readBody, text } from "../http/body.ts";
import { redirectTarget } from "../http/redirect.ts";
import { signInWithIdToken } from "../oidc/id-token.ts";
import type { ProviderClients } from "../oidc/provider-client.ts";
import { callerOf, type Identity } from "../service.ts";
import { requireAccount } from "../sessions/bearer.ts";
import { type IssuedSession, sessionHeaders } from "../sessions/issue-session.ts";
import { deleteSession, deleteSessions } from "../sessions/sessions.queries.ts";
import { attemptFromAddress, countRequest } from "../throttle/attempt.ts";
import { redeemCode } from "./redeem-code.ts";
import { refreshSession } from "./refresh-session.ts";
import { signInWithPassword } from "./sign-in-with-password.ts";

type Grant = (identity: Identity, request: FastifyRequest, reply: FastifyReply) => Promise<IssuedSession>;

export function tokenRoutes(app: FastifyInstance, identity: Identity, clients: ProviderClients): void {
  const grants = new Map<string, Grant>([
    ["password", passwordGrant],
    ["refresh_token", refreshGrant],
    ["pkce", pkceGrant],
    ["id_token", idTokenGrant(clients)],
    ["web3", () => Promise.reject(unprocessable("web3_provider_disabled", "Web3 provider is disabled"))],
  ]);

  app.post("/token", async (request, reply) => {
    const grant = grants.get(queryValue(request, "grant_type"));
    if (grant === undefined) throw badRequest("invalid_credentials", "unsupported_grant_type");
    const issued = await grant(identity, request, reply);
    sessionHeaders(reply, issued);
    return issued.response;
  });

  app.post("/logout", async (request, reply) => {
    const { user, session } = await requireAccount(identity, request);
    const scope = queryValue(request, "scope") || "global";
    if (!["global", "local", "others"].includes(scope)) {
      throw badRequest("validation_failed", `Unsupported logout scope "${scope}"`);
    }
    await inTransaction(identity.pool, async (db) => {
      await writeAudit(db, "logout", user, callerOf(request), identity.now());
      // A token without a session ends them all, as at Supabase Auth.
      if (session && scope === "local") await deleteSession(db, session.id);
      else await deleteSessions(db, user.id, session && scope === "others" ? session.id : null);
    });
    return reply.code(204).send();
  });
}

async function passwordGrant(identity: Identity, request: FastifyRequest): Promise<IssuedSession> {
  const body = readBody(request, z.object({ email: text, phone: text, password: text }));
  const caller = callerOf(request);
  const email = body.email.toLowerCase();
  return attemptFromAddress(identity, "sign_in", { ip: caller.ip, account: email || null }, async () => {
    if (email !== "" && body.phone !== "") {
      throw badRequest("validation_failed", "Only an email address or phone number should be provided on login.");
    }
    if (body.phone !== "") throw new IdentityError(422, "phone_provider_disabled", "Phone logins are disabled");
    if (email === "") throw badRequest("validation_failed", "missing email or phone");
    return signInWithPassword(identity, email, body.password, caller);
  });
}

async function refreshGrant(identity: Identity, request: FastifyRequest, reply: FastifyReply): Promise<IssuedSession> {
  const body = readBody(request, z.object({ refresh_token: text }));
  const caller = callerOf(request);
  await countRequest(identity, "refresh", caller.ip);
  if (body.refresh_token === "") throw badRequest("validation_failed", "refresh_token required");
  const refreshed = await refreshSession(identity, body.refresh_token, caller);
  if (!refreshed.reused) reply.header("sb-auth-refresh-token-reuse", "false");
  return refreshed;
}

async function pkceGrant(identity: Identity, request: FastifyRequest): Promise<IssuedSession> {
  const body = readBody(request, z.object({ auth_code: text, code_verifier: text }));
  const caller = callerOf(request);
  await countRequest(identity, "refresh", caller.ip);
  if (body.auth_code === "" || body.code_verifier === "") {
    throw badRequest("validation_failed", "invalid request: both auth code and code verifier should be non-empty");
  }
  return redeemCode(identity, body.auth_code, body.code_verifier, caller);
}

function idTokenGrant(clients: ProviderClients): Grant {
  return async (identity, request) => {
    const body = readBody(request, z.object({ provider: text, id_token: text, nonce: text }));
    const caller = callerOf(request);
    await countRequest(identity, "oidc", caller.ip);
    if (body.id_token === "") throw badRequest("validation_failed", "id_token required");
    const redirectTo = redirectTarget(identity.config, request);
    const grant = { providerId: body.provider, idToken: body.id_token, nonce: body.nonce, redirectTo };
    return signInWithIdToken(identity, clients, grant, caller);
  };
}
