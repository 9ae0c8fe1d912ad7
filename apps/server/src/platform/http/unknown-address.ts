import type { FastifyInstance, FastifyRequest } from "fastify";
import { notFound, ProblemError } from "./problem.ts";

interface Address {
  readonly pattern: RegExp;
  /** Whether no part of it stands for anything else. */
  readonly fixed: boolean;
  readonly methods: Set<string>;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Why nobody answers this request: its address takes other methods, or is none of ours. */
    explainUnanswered(request: FastifyRequest): ProblemError;
  }
}

/** Must come before the routes: it learns of them as they are made. */
export function registerUnanswered(app: FastifyInstance): void {
  const addresses = new Map<string, Address>();
  app.addHook("onRoute", ({ url, method, config }) => {
    // What is no operation of the contract (pages, the Auth service) says itself what it does not take.
    if (!config?.operation) return;
    const known = addresses.get(url) ?? {
      pattern: patternOf(url),
      fixed: !url.includes(":"),
      methods: new Set<string>(),
    };
    for (const name of [method].flat()) known.methods.add(name);
    addresses.set(url, known);
  });
  app.addHook("onRequest", async (request) => {
    // Before its body is looked at: that it is no JSON is not what is wrong with it.
    const path = pathOf(request);
    const { url = "" } = request.routeOptions;
    // `/files/bulk` is an address of its own, not a file called "bulk", also for methods that only files take.
    const isOther = url.includes(":") && addresses.get(path)?.fixed === true;
    if (!request.is404 && !isOther) return;
    const problem = app.explainUnanswered(request);
    if (problem.code === "method_not_allowed") throw problem;
  });
  app.decorate("explainUnanswered", (request) => {
    const path = pathOf(request);
    const fitting = [...addresses.values()].filter(({ pattern }) => pattern.test(path));
    const own = fitting.filter(({ fixed }) => fixed);
    const found = (own.length > 0 ? own : fitting).flatMap((address) => [...address.methods]);
    const methods = [...new Set(found)].sort().join(", ");
    if (methods === "") return notFound();
    return new ProblemError("method_not_allowed", `This address takes ${methods}.`, { headers: { allow: methods } });
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] as string;
}

function patternOf(url: string): RegExp {
  const parts = url.split("/").map((part) => (part.startsWith(":") ? "[^/]+" : RegExp.escape(part)));
  return new RegExp(`^${parts.join("/")}/?$`);
}
