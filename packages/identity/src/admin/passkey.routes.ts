import type { FastifyInstance } from "fastify";
import { listPasskeys } from "../passkeys/passkeys.queries.ts";
import { removePasskey, toItem } from "../passkeys/remove-passkey.ts";
import type { Identity } from "../service.ts";
import { requireUserParam } from "./admin.routes.ts";

/** For people who lost what held their passkeys. */
export function adminPasskeyRoutes(app: FastifyInstance, identity: Identity): void {
  app.get("/admin/users/:userId/passkeys", async (request) => {
    const user = await requireUserParam(identity, request);
    return (await listPasskeys(identity.pool, user.id)).map(toItem);
  });

  app.delete("/admin/users/:userId/passkeys/:passkeyId", async (request, reply) => {
    const user = await requireUserParam(identity, request);
    await removePasskey(identity, request, user.id, null);
    return reply.code(204).send();
  });
}
