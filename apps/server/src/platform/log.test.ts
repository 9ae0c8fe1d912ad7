import { PassThrough } from "node:stream";
import { pino } from "pino";
import { expect, test } from "vitest";
import { describeError } from "./log-error.ts";
import { withoutSecrets } from "./log-secrets.ts";

const token = "aB3".repeat(14).padEnd(43, "x");

test.each([
  [`http://127.0.0.1:3000/s/${token}`, "http://127.0.0.1:3000/s/[removed]"],
  [`/s%2F${token}?x=1`, "/s%2F[removed]?x=1"],
  [`GET /api/v1/public/shares/${token}/content`, "GET /api/v1/public/shares/[removed]/content"],
  ["/recover#token_hash=abcdef&type=recovery", "/recover#token_hash=[removed]&type=recovery"],
  ["/auth/v1/verify?token=1&type=x", "/auth/v1/verify?token=[removed]&type=x"],
  ["/callback?code=a%20b&state=c", "/callback?code=[removed]&state=[removed]"],
  ["postgres://holdfast:p%40ss@db:5432/x", "postgres://[removed]@db:5432/x"],
  ["smtp://me:secret@mail:587", "smtp://[removed]@mail:587"],
  ["Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.e30.sig", "Authorization: Bearer [removed]"],
  ["Basic dXNlcjpwYXNzd29yZA==", "Basic [removed]"],
  ["token hf_0123456789abcdefghij was refused", "token [removed] was refused"],
  ["eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "[removed]"],
])("%s is written without its secret", (text, written) => {
  expect(withoutSecrets(text)).toBe(written);
});

test.each([
  "/api/v1/files/:id/content",
  "http://localhost:3000",
  "12:34:56 started",
  "the state=ready",
  "/shares/:token",
])("%s is written as it is", (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

test("a line stays JSON", async () => {
  const stream = new PassThrough();
  const log = pino({ hooks: { streamWrite: withoutSecrets } }, stream);
  log.info({ url: `"/s/${token}"`, where: `/s/${token}\\`, all: `a?token=x"y` }, `Bearer ${token}\n`);
  const line = String(stream.read());
  expect(line).not.toContain(token);
  expect(JSON.parse(line)).toMatchObject({ url: '"/s/[removed]"', where: "/s/[removed]\\", msg: "Bearer [removed]\n" });
});

test("an error is told without what it happened to", () => {
  const database = Object.assign(new Error('invalid input syntax for type uuid: "my secret"'), {
    ...{
      severity: "ERROR",
      code: "22P02",
      table: "files",
      detail: "Key (email)=(ann@example.org)",
      where: "my secret",
    },
    ...{ client: { password: "my secret" }, query: "my secret", parameters: ["my secret"] },
  });
  const outer = new AggregateError([database], "it failed", { cause: database });
  const told = JSON.stringify(describeError(outer));
  expect(told).not.toMatch(/my secret|ann@/);
  expect(describeError(database)).toMatchObject({ type: "Error", code: "22P02", table: "files" });
  expect(describeError(outer)).toMatchObject({
    message: "it failed",
    cause: { code: "22P02" },
    errors: [{ code: "22P02" }],
  });
  expect(describeError("a text")).toEqual({ message: "a text" });
});
