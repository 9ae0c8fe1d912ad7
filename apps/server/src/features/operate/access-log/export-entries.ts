import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { AccessFilters } from "@holdfast/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database } from "../../../platform/database/database.ts";
import { originOf } from "../../../platform/http/principal.ts";
import { questionOf } from "./asked.ts";
import type { Asked } from "./entries.queries.ts";
import { exportLines, type Format, heading } from "./export.queries.ts";

/** Rows of a step: as lines they are some megabytes, of which two steps are in memory. */
const step = 10_000;

/** Sends the log as a file, newest first, step by step: the memory that it takes does not depend on how long it is. */
export async function sendExport(
  db: Database,
  query: AccessFilters & { format: Format },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { format, ...asked } = query;
  await audit(db, originOf(request), { action: "access_log.export", targetId: null, detail: { ...query } });
  const day = new Date().toISOString().slice(0, 10);
  reply
    .header("cache-control", "no-store")
    .header("content-disposition", `attachment; filename="holdfast-access-log-${day}.${format}"`)
    .type(format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson");
  const body = Readable.from(linesOf(db, asked, format), { objectMode: false });
  void reply.send(body);
  await finished(body).catch((error: unknown) => {
    if (!reply.raw.destroyed) request.log.error({ err: error }, "an export of the access log broke off");
  });
}

/** The file, piece by piece. The next step is asked for while one is sent. */
export async function* linesOf(db: Database, query: AccessFilters, format: Format): AsyncGenerator<Buffer> {
  const { walk, asked } = await questionOf(db, { ...query, limit: step });
  const statement = exportLines.of({ walk, format });
  const [, ...others] = asked;
  const ask = (before: string) => {
    const rest = [before, ...others] as unknown as [...Asked];
    rest[13] = step;
    return statement.first(db, ...(rest as Asked));
  };
  if (format === "csv") yield Buffer.from(heading);
  for (let next = ask(asked[0]); ; ) {
    const found = await next;
    if (!found?.last_id) return;
    const more = found.looked === step;
    if (more) {
      next = ask(found.last_id);
      // Who goes away while it is asked waits for nothing.
      next.catch(() => {});
    }
    if (found.lines !== null) yield Buffer.from(`${found.lines}\n`);
    if (!more) return;
  }
}
