import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod";
import { writeAudit } from "../audit/audit.queries.ts";
import { inTransaction } from "../database.ts";
import { badRequest } from "../errors.ts";
import { readBody, text } from "../http/body.ts";
import { callerOf, type Identity, reportChange } from "../service.ts";
import { requireUser } from "../sessions/bearer.ts";
import { sessionHeaders } from "../sessions/issue-session.ts";
import { requireRecentProof } from "../sessions/recent-proof.ts";
import { attemptFromAddress, countRequest } from "../throttle/attempt.ts";
import { createdCredential, requestedCredential } from "../webauthn/verify.ts";
import { listPasskeys, renamePasskey } from "./passkeys.queries.ts";
import { beginRegistration, finishRegistration } from "./register-passkey.ts";
import { passkeyIdOf, removePasskey, toItem, unknown } from "./remove-passkey.ts";
import { requireFullSession } from "./require-aal.ts";
import { beginSignIn, signInWithPasskey } from "./sign-in-with-passkey.ts";

const maxName = 120;

/** Supabase Auth's passkeys: to sign in without a name or a password. */
export function passkeyRoutes(app: FastifyInstance, identity: Identity): void {
  app.post("/passkeys/authentication/options", async (request) => {
    await countRequest(identity, "passkey", request.ip);
    return beginSignIn(identity, request);
  });

  app.post("/passkeys/authentication/verify", async (request, reply) => {
    const issued = await attemptFromAddress(identity, "passkey", { ip: request.ip, account: null }, () =>
      signInWithPasskey(identity, readAnswer(request, requestedCredential), request),
    );
    sessionHeaders(reply, issued);
    return issued.response;
  });

  app.post("/passkeys/registration/options", async (request) => {
    const signedIn = await requireUser(identity, request);
    await countRequest(identity, "passkey", request.ip, signedIn.user.id);
    await requireRecentProof(identity, signedIn);
    return beginRegistration(identity, signedIn, request);
  });

  app.post("/passkeys/registration/verify", async (request) => {
    const signedIn = await requireUser(identity, request);
    const added = await attemptFromAddress(identity, "passkey", { ip: request.ip, account: signedIn.user.id }, () =>
      finishRegistration(identity, signedIn, readAnswer(request, createdCredential), request),
    );
    await reportChange(identity, signedIn.user.id, "passkey_added", callerOf(request));
    return added;
  });

  app.get("/passkeys", async (request) => {
    const { user } = await requireUser(identity, request);
    return (await listPasskeys(identity.pool, user.id)).map(toItem);
  });

  app.patch("/passkeys/:passkeyId", async (request) => {
    const { user } = await requireUser(identity, request);
    const id = passkeyIdOf(request);
    const { friendly_name: name } = readBody(request, z.object({ friendly_name: text }));
    if (name === "") throw badRequest("validation_failed", "friendly_name is required");
    if (name.length > maxName)
      throw badRequest("validation_failed", `friendly_name must be ${maxName} characters or less`);
    const now = identity.now();
    const renamed = await inTransaction(identity.pool, async (db) => {
      const found = await renamePasskey(db, { id, userId: user.id, name, now });
      if (found) await writeAudit(db, "passkey_updated", user, callerOf(request), now, { passkey_id: id });
      return found;
    });
    if (!renamed) throw unknown();
    return toItem(renamed);
  });

  app.delete("/passkeys/:passkeyId", async (request, reply) => {
    const signedIn = await requireUser(identity, request);
    const message = "AAL2 session is required to manage passkeys when MFA is enabled";
    await requireFullSession(identity, signedIn, message);
    await requireRecentProof(identity, signedIn);
    await removePasskey(identity, request, signedIn.user.id, signedIn.user);
    await reportChange(identity, signedIn.user.id, "passkey_removed", callerOf(request));
    return reply.code(204).send();
  });
}

function readAnswer<S extends z.ZodType>(request: FastifyRequest, credential: S) {
  const body = readBody(request, z.object({ challenge_id: text, credential: z.unknown() }));
  if (body.credential === undefined || body.credential === null) {
    throw badRequest("validation_failed", "credential is required");
  }
  const checked = credential.safeParse(body.credential);
  if (!checked.success) throw badRequest("webauthn_verification_failed", "Invalid credential response");
  return { challengeId: body.challenge_id, credential: checked.data as z.output<S> };
}
