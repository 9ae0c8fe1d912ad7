import { listActivity as operation } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { route } from "../../../platform/http/route.ts";
import { beforeId, pageById, rowsFor } from "../../../platform/listing/page.ts";
import type { AuthDeps } from "../auth.deps.ts";
import { listActivity } from "./activity.queries.ts";

export function noticesRoutes(app: FastifyInstance, { db }: Pick<AuthDeps, "db">): void {
  route(app, operation, async ({ query, principal }) => {
    const rows = await listActivity.all(db, principal.userId, beforeId(query), rowsFor(query));
    return pageById(rows, query, ({ id, occurred_at: at, ip, action, own }) => ({
      ...{ id, occurredAt: at.toISOString(), ip, action, byMe: own },
    }));
  });
}
