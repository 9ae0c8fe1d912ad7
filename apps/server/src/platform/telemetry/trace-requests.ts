import type { FastifyInstance, FastifyRequest } from "fastify";
import { operationOf } from "../metrics/request-metrics.ts";
import { isTracing, type RunningSpan, startTrace, within } from "./tracing.ts";

/** Each request is a span, within which its statements and its reads and writes of the store are spans too. Before any other hook. */
export function traceRequests(app: FastifyInstance): void {
  if (!isTracing()) return;
  const spans = new WeakMap<FastifyRequest, RunningSpan>();
  app.addHook("onRequest", (request, _reply, done) => {
    const { traceparent } = request.headers;
    const span = startTrace("server", operationOf(request), typeof traceparent === "string" ? traceparent : null, {
      "http.request.method": request.method,
      // The pattern, never the path: it names what is asked for.
      "http.route": request.routeOptions.url ?? "",
    });
    if (span) spans.set(request, span);
    within(span, done);
  });
  app.addHook("onResponse", (request, reply, done) => {
    spans.get(request)?.end(reply.statusCode >= 500, { "http.response.status_code": reply.statusCode });
    done();
  });
}
