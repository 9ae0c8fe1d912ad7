import { adminTraffic } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { route } from "../../../platform/http/route.ts";
import { readTraffic } from "./traffic.ts";

export interface OverviewDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export function overviewRoutes(app: FastifyInstance, { db, clock }: OverviewDeps): void {
  route(app, adminTraffic, ({ query }) => readTraffic(db, query, clock.now()));
}
