import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnyServer, anyServer } from "../../support/any-server.ts";

/** What browsers are told about each answer of the API, whoever asks and whether it is given or refused. */
let server: AnyServer;
beforeAll(async () => {
  server = await anyServer();
});
afterAll(() => server.close());

test.each([
  ["GET", "/healthz", 200],
  ["GET", "/openapi.json", 200],
  ["GET", "/api/v1/files", 401],
  ["GET", "/api/v1/nothing-here", 404],
  ["GET", "/api/v1/public/shares/aaaaaaaaaaaaaaaaaaaaaa", 404],
  ["DELETE", "/healthz", 405],
  ["GET", "/auth/v1/health", 200],
  ["GET", "/auth/v1/user", 401],
])("%s %s (%i) cannot be framed, guessed at or told to others", async (method, path, status) => {
  const answer = await fetch(server.url + path, { method });
  expect(answer.status).toBe(status);
  const header = (name: string) => answer.headers.get(name);
  expect(header("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(header("x-content-type-options")).toBe("nosniff");
  expect(header("referrer-policy")).toBe("no-referrer");
  expect(header("x-frame-options")).toBe("DENY");
  expect(header("content-type")).toMatch(/^application\/(problem\+)?json/);
});
