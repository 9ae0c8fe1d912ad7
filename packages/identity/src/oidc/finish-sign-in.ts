import { type Database, inTransaction } from "../database.ts";
import { badRequest, IdentityError, isUniqueViolation, unprocessable } from "../errors.ts";
import { uuidPattern } from "../http/body.ts";
import { withQuery } from "../http/redirect.ts";
import type { PreparedEmail } from "../mail/send-email.ts";
import {
  deleteFlow,
  type FlowRecord,
  findFlowById,
  keepProviderTokens,
  markCodeIssued,
} from "../one-time/flow-state.queries.ts";
import { type Caller, type Identity, reportSignIn } from "../service.ts";
import { type IssuedSession, issueSession } from "../sessions/issue-session.ts";
import type { UserRecord } from "../users/users.records.ts";
import { errorRedirect, sessionRedirect } from "../verify/verify.routes.ts";
import { takeClientState } from "./client-state.queries.ts";
import { type AccountRequest, acceptInvitation, accountOf, linkIdentity, needsVerification } from "./link-account.ts";
import { fetchProfile, type ProviderClients, type ProviderProfile } from "./provider-client.ts";
import { callbackUrl, nonceFor, takesAddress } from "./start-sign-in.ts";

/**
 * The provider sent the browser back.
 *
 * @param answer the parameters of the callback, from the query or the form.
 * @returns where the browser goes: with a session in the fragment, a code in the query, or an error in both.
 */
export async function finishSignIn(
  identity: Identity,
  clients: ProviderClients,
  answer: URLSearchParams,
  caller: Caller,
): Promise<string> {
  let target = identity.config.siteUrl;
  let pkce = true;
  try {
    const flow = await findStarted(identity, answer.get("state") ?? "");
    target = flow.referrer ?? target;
    pkce = flow.code_challenge !== null;
    const profile = await profileOf(identity, clients, flow, answer);
    const request = { providerId: flow.provider_type, profile, redirectTo: target };
    return await settle(identity, flow, request, caller);
  } catch (error) {
    if (isUniqueViolation(error)) return errorRedirect(target, conflict(), pkce);
    if (!(error instanceof IdentityError) || error.status === 500) throw error;
    await reportSignIn(identity, {
      userId: null,
      sessionId: null,
      email: null,
      method: "oauth",
      outcome: error.code,
      ...caller,
    });
    return errorRedirect(target, error, pkce);
  }
}

const conflict = () => unprocessable("conflict", "The same account was being made twice. Sign in again.");

/** @throws IdentityError 400 (bad_oauth_callback, bad_oauth_state, flow_state_already_used) */
async function findStarted(identity: Identity, state: string): Promise<FlowRecord> {
  if (state === "") throw badRequest("bad_oauth_callback", "OAuth state parameter missing");
  if (!uuidPattern.test(state)) throw badRequest("bad_oauth_state", "OAuth state parameter is invalid");
  const flow = await findFlowById(identity.pool, state);
  if (flow === undefined) throw badRequest("bad_oauth_state", "OAuth state not found or expired");
  const expiry = flow.created_at.getTime() + identity.config.flowExpiry * 1000;
  if (identity.now().getTime() > expiry) throw badRequest("bad_oauth_state", "OAuth state has expired");
  if (flow.user_id !== null) throw badRequest("flow_state_already_used", "State has already been used");
  return flow;
}

async function profileOf(
  identity: Identity,
  clients: ProviderClients,
  flow: FlowRecord,
  answer: URLSearchParams,
): Promise<ProviderProfile> {
  const refused = answer.get("error");
  if (refused) {
    const why = answer.get("error_description") ?? `${flow.provider_type} refused the sign-in: ${refused}`;
    throw new IdentityError(refused === "access_denied" ? 403 : 400, "bad_oauth_callback", why.slice(0, 300));
  }
  if (!answer.get("code"))
    throw badRequest("bad_oauth_callback", "OAuth callback with missing authorization code missing");
  const known = await clients.find(flow.provider_type);
  const verifier = flow.oauth_client_state_id && (await takeClientState(identity.pool, flow.oauth_client_state_id));
  if (!verifier) throw unprocessable("oauth_client_state_not_found", "OAuth state not found");
  const url = new URL(callbackUrl(identity));
  url.search = answer.toString();
  return fetchProfile(identity, known, { url, state: flow.id, verifier, nonce: nonceFor(verifier) });
}

type Settled = { user: UserRecord; session: IssuedSession | null } | { unverified: PreparedEmail | null };

async function settle(identity: Identity, flow: FlowRecord, request: AccountRequest, caller: Caller): Promise<string> {
  const pkce = flow.code_challenge !== null;
  const { profile } = request;
  const settled = await inTransaction(identity.pool, async (db): Promise<Settled> => {
    const locked = await findFlowById(db, flow.id);
    if (locked === undefined) throw badRequest("bad_oauth_state", "OAuth state not found or expired");
    const result = await accountFor(identity, db, flow, request, caller);
    if ("unverified" in result) {
      await deleteFlow(db, flow.id);
      return result;
    }
    if (pkce) {
      await keepProviderTokens(db, flow.id, profile.accessToken, profile.refreshToken ?? "");
      await markCodeIssued(db, flow.id, result.user.id, identity.now());
      return { user: result.user, session: null };
    }
    await deleteFlow(db, flow.id);
    return { user: result.user, session: await issueSession(identity, db, result.user.id, "oauth", caller) };
  });
  if ("unverified" in settled) {
    settled.unverified?.send();
    throw needsVerification(flow.provider_type);
  }
  const { user, session } = settled;
  if (session === null) return withQuery(request.redirectTo, { code: flow.auth_code as string });
  const { userId, sessionId } = session;
  await reportSignIn(identity, {
    userId,
    sessionId,
    email: user.email,
    method: "oauth",
    outcome: "success",
    ...caller,
  });
  const tokens = {
    provider_token: profile.accessToken,
    ...(profile.refreshToken ? { provider_refresh_token: profile.refreshToken } : {}),
  };
  return sessionRedirect(request.redirectTo, { ...session.response, ...tokens }, {});
}

async function accountFor(identity: Identity, db: Database, flow: FlowRecord, request: AccountRequest, caller: Caller) {
  if (flow.linking_target_id)
    return { user: await linkIdentity(identity, db, flow.linking_target_id, request, caller) };
  if (flow.invite_token === takesAddress) return accountOf(identity, db, { ...request, takeAddress: true }, caller);
  if (flow.invite_token) return { user: await acceptInvitation(identity, db, flow.invite_token, request, caller) };
  return accountOf(identity, db, request, caller);
}
