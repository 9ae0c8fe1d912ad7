import { adminCancelRewind, adminGetRewind, adminListRewinds, adminRewindUser } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { notFound } from "../../../platform/http/problem.ts";
import { route } from "../../../platform/http/route.ts";
import { findUser } from "../../auth/index.ts";
import { beginRewind, cancelRewind, type FilesDeps, getRewind, listRewinds } from "../../files/index.ts";

/** An administrator brings a user's files back. */
export function rewindRoutes(app: FastifyInstance, deps: FilesDeps): void {
  /** Of a user that is there, the personal space has the same id. */
  const spaceOf = async (userId: string): Promise<string> => {
    const user = await findUser(deps.db, userId);
    if (!user) throw notFound();
    return userId;
  };
  route(app, adminRewindUser, async ({ params, body, request }) => {
    const spaceId = await spaceOf(params.id);
    return beginRewind(deps, originOf(request), { spaceId, to: new Date(body.to), dryRun: body.dryRun });
  });
  route(app, adminListRewinds, async ({ params }) => ({ items: await listRewinds(deps, await spaceOf(params.id)) }));
  route(app, adminGetRewind, ({ params }) => getRewind(deps, params.id, params.rewindId));
  route(app, adminCancelRewind, ({ params, request }) =>
    cancelRewind(deps, originOf(request), params.id, params.rewindId),
  );
}
