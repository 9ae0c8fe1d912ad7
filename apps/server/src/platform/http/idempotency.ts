import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Database, execute } from "../database/database.ts";
import { ProblemError } from "./problem.ts";

/** What runs longer than this was cut off; the next request with its key may try again. */
const patience = "1 minute";

declare module "fastify" {
  interface FastifyRequest {
    /** Set while this request is the first with its key. */
    idempotencyKey: string | null;
  }
}

interface Saved {
  same: boolean;
  status: number | null;
  body: unknown;
}

/**
 * `Idempotency-Key` on POSTs that create files and folders (201, JSON, signed in): a second request with the same key and content gets the first one's answer for a day,
 * and nothing is created twice. A key that comes with other content is refused, one whose first request is still running is told so.
 * Only successes are kept: what failed may be tried again with the same key.
 */
export function registerIdempotency(app: FastifyInstance, db: Database): void {
  app.decorateRequest("idempotencyKey", null);

  app.addHook("preHandler", async (request, reply) => {
    const key = keyOf(request);
    if (key === null) return;
    const userId = request.principal?.userId as string;
    const hash = createHash("sha256")
      .update(`${request.url}\n${JSON.stringify(request.body ?? null)}`)
      .digest();
    const begun = await execute(
      db,
      `insert into holdfast.idempotency_keys as k (user_id, key, request_hash) values ($1, $2, $3)
       on conflict (user_id, key) do update set request_hash = excluded.request_hash, created_at = now()
       where k.status is null and k.created_at < now() - interval '${patience}'
       returning key`,
      [userId, key, hash],
    );
    if (begun.length > 0) {
      request.idempotencyKey = key;
      return;
    }
    const [saved] = await execute<Saved>(
      db,
      "select request_hash = $3 as same, status, body from holdfast.idempotency_keys where user_id = $1 and key = $2",
      [userId, key, hash],
    );
    return answerAgain(saved, reply);
  });

  app.addHook("onSend", async (request, reply, payload) => {
    const key = request.idempotencyKey;
    const userId = request.principal?.userId;
    if (key === null || userId === undefined) return payload;
    request.idempotencyKey = null;
    if (reply.statusCode === 201 && typeof payload === "string") {
      await execute(
        db,
        "update holdfast.idempotency_keys set status = 201, body = $3 where user_id = $1 and key = $2",
        [userId, key, payload],
      );
    } else {
      // A key that stays behind, because the database is away, is free again after `patience`: the answer is not to wait for that.
      await execute(db, "delete from holdfast.idempotency_keys where user_id = $1 and key = $2", [userId, key]).catch(
        (error: unknown) => request.log.warn({ err: error }, "an idempotency key could not be freed"),
      );
    }
    return payload;
  });
}

function keyOf(request: FastifyRequest): string | null {
  const operation = request.routeOptions.config.operation;
  const key = request.headers["idempotency-key"];
  if (key === undefined || !request.principal || operation?.method !== "POST" || operation.status !== 201) return null;
  // Only where neither request nor answer can hold a secret: what is kept is kept for a day.
  if (operation.tag !== "files" || operation.body === "bytes") return null;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new ProblemError("invalid_request", "Idempotency-Key must be 1 to 200 visible ASCII characters.");
  }
  return key;
}

function answerAgain(saved: Saved | undefined, reply: FastifyReply): FastifyReply {
  if (saved && !saved.same) {
    throw new ProblemError("idempotency_mismatch", "This Idempotency-Key was used for another request. Use a new one.");
  }
  if (!saved || saved.status === null) {
    throw new ProblemError(
      "busy",
      "The first request with this Idempotency-Key is still running. Ask again in a moment.",
      {
        headers: { "retry-after": "1" },
      },
    );
  }
  return reply.code(saved.status).header("idempotent-replayed", "true").send(saved.body);
}
