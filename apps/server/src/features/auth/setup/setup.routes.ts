import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { SessionAnswers } from "../session/answer-session.ts";
import { callerOf } from "../session/authenticate.ts";
import { signIn } from "../sign-in/sign-in.ts";
import type { Setup } from "./setup.ts";

export function setupRoutes(app: FastifyInstance, deps: AuthDeps, setup: Setup, answers: SessionAnswers): void {
  route(app, contract.setupStatus, async () => ({ open: await setup.isOpen() }));

  route(app, contract.setup, async ({ body, request, reply }) => {
    answers.requireOwnPage(request, body.transport);
    await setup.complete(body, callerOf(request), originOf(request));
    return answers.answer(
      request,
      reply,
      await signIn(deps, body.email, body.password, callerOf(request)),
      body.transport,
    );
  });
}
