import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest, forbidden, notFound, unprocessable } from "../errors.ts";
import { answersChallenge, deleteFlow, type FlowRecord, findFlowByCode } from "../one-time/flow-state.queries.ts";
import { type Caller, type Identity, reportSignIn } from "../service.ts";
import { type AuthenticationMethod, type IssuedSession, issueSession } from "../sessions/issue-session.ts";
import { findUserById } from "../users/users.queries.ts";
import { isBanned } from "../users/users.records.ts";

/**
 * The second half of PKCE: whoever started the flow and has the code gets the session. A code is good for one redemption.
 *
 * @throws IdentityError 404 flow_state_not_found, 422 flow_state_expired, 400 bad_code_verifier, 403 user_banned
 */
export async function redeemCode(
  identity: Identity,
  code: string,
  verifier: string,
  caller: Caller,
): Promise<IssuedSession> {
  const notKnown = () => notFound("flow_state_not_found", "invalid flow state, no valid flow state found");
  const { issued, email, method } = await inTransaction(identity.pool, async (db) => {
    const flow = await findFlowByCode(db, code);
    if (flow === undefined || flow.user_id === null || flow.auth_code_issued_at === null) throw notKnown();
    const now = identity.now();
    if (isExpired(flow, identity.config.flowExpiry, now)) {
      throw unprocessable("flow_state_expired", "invalid flow state, flow state has expired");
    }
    if (!answersChallenge(flow, verifier)) {
      throw badRequest("bad_code_verifier", "code challenge does not match previously saved code verifier");
    }
    const user = await findUserById(db, flow.user_id);
    if (user === undefined) throw notKnown();
    if (isBanned(user, now)) throw forbidden("user_banned", "User is banned");
    await writeAudit(db, "login", user, caller, now, { provider_type: flow.provider_type });
    const opened = await issueSession(
      identity,
      db,
      user.id,
      flow.authentication_method as AuthenticationMethod,
      caller,
    );
    await deleteFlow(db, flow.id);
    if (flow.provider_access_token) opened.response.provider_token = flow.provider_access_token;
    if (flow.provider_refresh_token) opened.response.provider_refresh_token = flow.provider_refresh_token;
    return { issued: opened, email: user.email, method: flow.authentication_method === "oauth" ? "oauth" : "otp" };
  });
  const { userId, sessionId } = issued;
  await reportSignIn(identity, { userId, sessionId, email, method, outcome: "success", ...caller });
  return issued;
}

/** Mail takes its time, so the life of a code begins when the link was followed. */
function isExpired(flow: FlowRecord, seconds: number, now: Date): boolean {
  const from = flow.auth_code_issued_at ?? flow.created_at;
  return now.getTime() > from.getTime() + seconds * 1000;
}
