import type { BodyOf, Operation, ParamsOf, QueryOf, ResultOf } from "@holdfast/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Principal } from "./principal.ts";
import { ProblemError } from "./problem.ts";

/** What a handler gets: parsed and judged input, and who asks. */
export interface Context<O extends Operation> {
  params: ParamsOf<O>;
  query: QueryOf<O>;
  body: BodyOf<O>;
  /** Never null where the operation's access is `signed-in` or `admin`. */
  principal: O["access"] extends "signed-in" | "admin" ? Principal : Principal | null;
  request: FastifyRequest;
  reply: FastifyReply;
}

export interface Answered {
  readonly answered: true;
}

/** A handler that has answered by itself (bytes, events, another status) says so. */
export const answered: Answered = { answered: true };

type Handler<O extends Operation> = (context: Context<O>) => Promise<ResultOf<O> | Answered> | ResultOf<O> | Answered;

declare module "fastify" {
  interface FastifyContextConfig {
    operation?: Operation;
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return {};
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    path: [where, ...issue.path.map(String)].join("."),
    message: issue.message,
  }));
  throw new ProblemError("invalid_request", `${errors[0]?.path}: ${errors[0]?.message}`, { errors });
}

/**
 * Serves an operation of the contract: parse, call, answer. Who may call it is enforced by the hook in `app.ts`, from the operation's
 * own `access`; a route that is not made here has no operation, and with it the server does not start (`declared-routes.ts`).
 */
export function route<O extends Operation>(app: FastifyInstance, operation: O, handler: Handler<O>): void {
  const { idempotency } = app;
  if (operation.idempotencyKey && !idempotency) throw new Error(`${operation.id}: registerIdempotency comes first`);
  app.route({
    method: operation.method,
    url: operation.path.replace(/\{(\w+)\}/g, ":$1"),
    exposeHeadRoute: false,
    config: { operation },
    handler: async (request, reply) => {
      const input = {
        params: parse(operation.params, request.params, "path"),
        query: parse(operation.query, request.query, "query"),
        body: operation.body === "bytes" ? undefined : parse(operation.body as z.ZodType, request.body, "body"),
      };
      const run = () => handler({ ...input, principal: request.principal, request, reply } as Context<O>);
      const result =
        operation.idempotencyKey && idempotency
          ? await idempotency.once(operation, request, reply, input, run)
          : await run();
      if (result === answered) return reply;
      const status = operation.statusOf?.(result as object) ?? operation.status;
      reply.code(reply.statusCode === 200 ? status : reply.statusCode);
      return operation.result === null ? reply.send() : reply.send(result);
    },
  });
}
