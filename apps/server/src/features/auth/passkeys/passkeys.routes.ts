import * as contract from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { SessionAnswers } from "../session/answer-session.ts";
import { pageCallerOf } from "../webauthn/page-caller.ts";
import { createPasskeysService } from "./passkeys.service.ts";
import { signInWithPasskey } from "./sign-in-with-passkey.ts";

export function passkeysRoutes(app: FastifyInstance, deps: AuthDeps, answers: SessionAnswers): void {
  const { authenticator, throttle, identity } = deps;
  const service = createPasskeysService(deps);
  const tokenOf = (request: FastifyRequest) => authenticator.accessTokenOf(request) as string;

  route(app, contract.listPasskeys, async ({ request }) => ({
    items: await service.list(tokenOf(request), pageCallerOf(request)),
  }));

  route(app, contract.startPasskey, ({ request, reply }) => {
    reply.header("cache-control", "no-store");
    return service.start(tokenOf(request), pageCallerOf(request));
  });

  route(app, contract.addPasskey, ({ body, principal, request, reply }) => {
    reply.header("cache-control", "no-store");
    return service.add(principal, tokenOf(request), body, pageCallerOf(request), originOf(request));
  });

  route(app, contract.renamePasskey, ({ params, body, request }) =>
    service.rename(tokenOf(request), params.id, body.name, pageCallerOf(request)),
  );

  route(app, contract.removePasskey, ({ params, principal, request }) =>
    service.remove(principal, params.id, pageCallerOf(request), originOf(request)),
  );

  route(app, contract.startPasskeySignIn, async ({ request, reply }) => {
    reply.header("cache-control", "no-store");
    const caller = pageCallerOf(request);
    await throttle.spend("passkey", { ip: caller.ip });
    return identity.beginPasskeySignIn(caller);
  });

  route(app, contract.signInWithPasskey, async ({ body, request, reply }) => {
    answers.requireOwnPage(request, body.transport);
    const session = await signInWithPasskey(deps, body, pageCallerOf(request));
    return answers.answer(request, reply, session, body.transport);
  });
}
