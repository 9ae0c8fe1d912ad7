import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { SessionAnswers } from "../session/answer-session.ts";
import { callerOf } from "../session/authenticate.ts";
import { pageCallerOf } from "../webauthn/page-caller.ts";
import { startSecondStep } from "./passkey-step.ts";
import { createSecondFactorService } from "./second-factor.service.ts";
import { finishSignIn } from "./second-step.ts";

export function secondFactorRoutes(app: FastifyInstance, deps: AuthDeps, answers: SessionAnswers): void {
  const { authenticator } = deps;
  const service = createSecondFactorService(deps);

  route(app, contract.verifySecondFactor, async ({ body, request, reply }) => {
    answers.requireOwnPage(request, body.transport);
    return answers.answer(request, reply, await finishSignIn(deps, body, pageCallerOf(request)), body.transport);
  });

  route(app, contract.startSecondStep, ({ body, request, reply }) => {
    reply.header("cache-control", "no-store");
    return startSecondStep(deps, body.challenge, pageCallerOf(request));
  });

  route(app, contract.listFactors, ({ principal }) => service.list(principal));

  route(app, contract.enrolFactor, ({ body, request, reply }) => {
    reply.header("cache-control", "no-store");
    return service.enrol(authenticator.accessTokenOf(request) as string, body.name, callerOf(request));
  });

  route(app, contract.confirmFactor, async ({ params, body, principal, request, reply }) => {
    const token = authenticator.accessTokenOf(request) as string;
    const { recoveryCodes, ...session } = await service.confirm(
      principal,
      token,
      params.id,
      body.code,
      callerOf(request),
      originOf(request),
    );
    return { ...(await answers.answer(request, reply, session, body.transport)), recoveryCodes };
  });

  route(app, contract.removeFactor, ({ params, principal, request }) =>
    service.remove(principal, params.id, callerOf(request), originOf(request)),
  );

  route(app, contract.renewRecoveryCodes, async ({ principal, request, reply }) => {
    reply.header("cache-control", "no-store");
    return { recoveryCodes: await service.renewRecoveryCodes(principal, originOf(request)) };
  });
}
