import Fastify from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdRefusals } from "./hold-refusals.ts";

const app = Fastify();
beforeAll(async () => {
  app.decorateRequest("principal", null);
  holdRefusals(app);
  for (const status of [200, 401, 429]) app.get(`/${status}`, (_request, reply) => reply.code(status).send("answer"));
  await app.ready();
});
afterAll(() => app.close());

async function timed(url: string, headers: Record<string, string> = {}, remoteAddress = "192.0.2.1"): Promise<number> {
  const began = performance.now();
  const answer = await app.inject({ url, headers, remoteAddress });
  expect(answer.body).toBe("answer");
  return performance.now() - began;
}

const wrong = { authorization: "Bearer wrong" };

test("who was told to wait, or sent a token that is not valid, is answered late; nobody else is", async () => {
  await timed("/200");
  expect(await timed("/429")).toBeGreaterThan(240);
  expect(await timed("/401", wrong, "192.0.2.2")).toBeGreaterThan(240);
  expect(await timed("/401")).toBeLessThan(200);
  expect(await timed("/200", wrong)).toBeLessThan(200);
});

test("who is refused again is answered later still, two seconds at most, and other clients are not", async () => {
  const from = "192.0.2.3";
  for (const atLeast of [240, 490, 990, 1_990]) expect(await timed("/429", {}, from)).toBeGreaterThan(atLeast);
  expect(await timed("/429", {}, from)).toBeLessThan(2_900);
  expect(await timed("/429", {}, "192.0.2.4")).toBeLessThan(900);
  for (const own of ["127.0.0.1", "::1"]) expect(await timed("/429", {}, own)).toBeLessThan(200);
});

test("no more than 500 are held at once", async () => {
  const held = Array.from({ length: 500 }, (_, n) => timed("/429", {}, `198.51.${n % 100}.${Math.floor(n / 100)}`));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await timed("/429")).toBeLessThan(120);
  expect(Math.min(...(await Promise.all(held)))).toBeGreaterThan(240);
  expect(await timed("/429")).toBeGreaterThan(240);
});
