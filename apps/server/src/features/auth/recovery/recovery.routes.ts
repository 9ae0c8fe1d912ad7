import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import type { AuthDeps } from "../auth.deps.ts";
import { callerOf } from "../session/authenticate.ts";
import { changeEmail, confirmEmail } from "./change-email.ts";
import { confirmRecovery } from "./recover-password.ts";
import { requestMail } from "./request-mail.ts";

export function recoveryRoutes(app: FastifyInstance, deps: AuthDeps): void {
  route(app, contract.recover, ({ body, request }) =>
    requestMail(deps, "recovery", body.email, callerOf(request), originOf(request)),
  );

  route(app, contract.resendConfirmation, ({ body, request }) =>
    requestMail(deps, "confirmation", body.email, callerOf(request), originOf(request)),
  );

  route(app, contract.confirmRecovery, ({ body, request }) =>
    confirmRecovery(deps, body, callerOf(request), originOf(request)),
  );

  route(app, contract.confirmEmail, async ({ body, request }) => ({
    outcome: await confirmEmail(deps, body, callerOf(request), originOf(request)),
  }));

  route(app, contract.changeEmail, ({ body, principal, request }) => {
    const accessToken = deps.authenticator.accessTokenOf(request) as string;
    return changeEmail(deps, principal, accessToken, body, callerOf(request), originOf(request));
  });
}
