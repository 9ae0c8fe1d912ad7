import { operations } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";

interface Exception {
  readonly url: RegExp;
  /** Why the route needs no operation, and so nobody is asked to sign in. */
  readonly reason: string;
}

/** Everything that is served without an operation of the contract. */
const exceptions: readonly Exception[] = [
  { url: /^\/auth\/v1\//, reason: "Supabase Auth's own contract, which judges its credentials itself" },
  { url: /^\/openapi\.json$/, reason: "the public description of the API" },
  { url: /^\/\*?$/, reason: "the pages, which hold no data: they ask the API for it" },
];

const ofContract = new Set<unknown>(operations);

/**
 * Refuses to start with a route that is neither an operation of the contract nor one of the exceptions: nothing would ask
 * who may use it. Must come before the routes.
 */
export function refuseUndeclaredRoutes(app: FastifyInstance): void {
  app.addHook("onRoute", ({ url, method, config }) => {
    if (
      config?.operation ? ofContract.has(config.operation) : exceptions.some((exception) => exception.url.test(url))
    ) {
      return;
    }
    const name = `${[method].flat().join(", ")} ${url}`;
    throw new Error(
      `${name} is no operation of the contract, so that nothing says who may use it: declare it in packages/contract, or list it in declared-routes.ts.`,
    );
  });
}
