import { adminListLogs, adminSetLogLevel, type LogLevel } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { audit } from "../../../platform/audit/audit.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { originOf } from "../../../platform/http/principal.ts";
import { route } from "../../../platform/http/route.ts";
import { decodeCursor, encodeCursor } from "../../../platform/listing/cursor.ts";
import type { LiveLevel } from "../../../platform/logging/live-level.ts";
import { type LineRow, listLines } from "../../../platform/logging/log-lines.queries.ts";

export interface LogsRoutesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logLevel: LiveLevel;
  /** For how many days lines are kept. */
  readonly days: number;
}

const numbers = { warn: 40, error: 50, fatal: 60 } as const;

export function logsRoutes(app: FastifyInstance, { db, clock, logLevel, days }: LogsRoutesDeps): void {
  route(app, adminListLogs, async ({ query, reply }) => {
    const { level, q, node, part, requestId, from, to, limit, cursor } = query;
    const [beforeAt, beforeId] = decodeCursor(cursor, ["time", "id"]) ?? [null, null];
    const pattern = q ? `%${q.replace(/[\\%_]/g, "\\$&")}%` : null;
    const date = (text: string | undefined) => (text === undefined ? null : new Date(text));
    const rows = await listLines.all(
      ...([db, numbers[level], pattern, node ?? null, part ?? null, requestId ?? null] as const),
      ...([date(from), date(to), beforeAt, beforeId, limit + 1] as const),
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    reply.header("cache-control", "no-store");
    return {
      items: page.map(toLine),
      nextCursor: rows.length > limit && last ? encodeCursor([last.logged_at.toISOString(), last.id]) : null,
      days,
      logLevel: logLevel.state(),
    };
  });

  route(app, adminSetLogLevel, async ({ body: { level, minutes }, request }) => {
    const until = new Date(clock.now().getTime() + minutes * 60_000).toISOString();
    await db.transaction(async (tx) => {
      await logLevel.setting.save(tx, minutes === 0 ? null : { level, until });
      const detail = minutes === 0 ? {} : { detail: { level, minutes } };
      await audit(tx, originOf(request), { action: "log-level.change", targetId: null, ...detail });
    });
    await logLevel.setting.refresh();
    return logLevel.state();
  });
}

function toLine(row: LineRow) {
  const level: LogLevel = row.level >= 60 ? "fatal" : row.level >= 50 ? "error" : "warn";
  return {
    ...{ id: row.id, level, node: row.node, part: row.part, message: row.message, line: row.line },
    at: row.logged_at.toISOString(),
    requestId: row.request_id,
  };
}
