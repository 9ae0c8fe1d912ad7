import Fastify from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdRefusals } from "./hold-refusals.ts";

const app = Fastify();
beforeAll(async () => {
  holdRefusals(app);
  for (const status of [200, 401, 429]) app.get(`/${status}`, (_request, reply) => reply.code(status).send("answer"));
  await app.ready();
});
afterAll(() => app.close());

async function timed(url: string, headers: Record<string, string> = {}): Promise<number> {
  const began = performance.now();
  const answer = await app.inject({ url, headers });
  expect(answer.body).toBe("answer");
  return performance.now() - began;
}

const wrong = { authorization: "Bearer wrong" };

test("who was told to wait, or sent a token that is not valid, is answered late; nobody else is", async () => {
  await timed("/200");
  expect(await timed("/429")).toBeGreaterThan(240);
  expect(await timed("/401", wrong)).toBeGreaterThan(240);
  expect(await timed("/401")).toBeLessThan(200);
  expect(await timed("/200", wrong)).toBeLessThan(200);
});

test("no more than 500 are held at once", async () => {
  const held = Array.from({ length: 500 }, () => timed("/429"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await timed("/429")).toBeLessThan(120);
  expect(Math.min(...(await Promise.all(held)))).toBeGreaterThan(240);
  expect(await timed("/429")).toBeGreaterThan(240);
});
