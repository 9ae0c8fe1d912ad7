import { me, operations } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { expect, test } from "vitest";
import { createApp } from "./app.ts";
import { route } from "./route.ts";

const start = () =>
  createApp({ log: pino({ level: "silent" }), version: "0", trustProxy: false, authenticate: async () => null });

async function startWith(serve: (app: FastifyInstance) => unknown): Promise<FastifyInstance> {
  const app = await start();
  await serve(app);
  await app.ready();
  return app;
}

test("a route without an operation keeps the server from starting, also one of a plugin", async () => {
  const handler = async () => "everything";
  const said = /^GET \/api\/v1\/everything is no operation of the contract/;
  await expect(startWith((app) => app.get("/api/v1/everything", handler))).rejects.toThrow(said);
  const plugin = async (scope: FastifyInstance) => {
    scope.get("/everything", handler);
  };
  await expect(startWith((app) => app.register(plugin, { prefix: "/api/v1" }))).rejects.toThrow(said);
  await expect(startWith((app) => app.get("/auth/v2/everything", handler))).rejects.toThrow("/auth/v2/everything");
});

test("an operation that the contract does not list keeps it from starting as well", async () => {
  const own = { ...me, access: "public" as const };
  await expect(startWith((app) => route(app, own, () => ({}) as never))).rejects.toThrow(
    "GET /api/v1/me is no operation",
  );
});

test("operations, the Auth service, the API's description and the pages are served", async () => {
  const app = await startWith((made) => {
    for (const operation of operations.filter(({ idempotencyKey }) => !idempotencyKey)) {
      route(made, operation, () => ({}) as never);
    }
    made.all("/auth/v1/*", async () => ({}));
    made.get("/", async () => "a page");
    made.get("/*", async () => "a page");
  });
  expect((await app.inject("/openapi.json")).statusCode).toBe(200);
  expect((await app.inject("/api/v1/me")).statusCode).toBe(401);
  await app.close();
});
