import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnyServer, anyServer } from "../../support/any-server.ts";
import { openConnection } from "../../support/raw-connection.ts";

/** Whatever is refused, at whichever layer, is answered as a problem. */
let server: AnyServer;
beforeAll(async () => {
  server = await anyServer();
});
afterAll(() => server.close());

/** What comes back on a connection of one's own, until the server ends it. */
async function raw(request: string | Buffer): Promise<string> {
  const socket = openConnection(server.url);
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
  });
  // The server ends the connection while it is still being written to.
  socket.on("error", () => {});
  socket.write(request);
  await once(socket, "close");
  return text;
}

function expectProblem(answer: string, status: number, code: string): Record<string, string> {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const [first, ...lines] = head.split("\r\n");
  expect(first).toMatch(new RegExp(`^HTTP/1\\.1 ${status} \\w`));
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(": ")));
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(Number(headers["content-length"])).toBe(Buffer.byteLength(body, "latin1"));
  expect(JSON.parse(body)).toMatchObject({
    status,
    code,
    detail: expect.stringMatching(/\.$/),
    requestId: expect.any(String),
  });
  return headers;
}

test.each([
  ["what is not HTTP", "\u0016\u0003\u0001 hello\r\n\r\n", 400, "invalid_request"],
  ["a header without a colon", "GET / HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n", 400, "invalid_request"],
  ["NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n", 400, "invalid_request"],
  [
    "two lengths",
    "POST /api/v1/folders HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    400,
    "invalid_request",
  ],
  ["no host", "GET /healthz HTTP/1.1\r\n\r\n", 400, "invalid_request"],
  ["headers of 20 KiB", `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(20_000)}\r\n\r\n`, 431, "headers_too_large"],
  ["an address of 20 KiB", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, "headers_too_large"],
  ["a method that nobody knows", "FETCH / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "invalid_request"],
])("%s is a problem, and the connection ends", async (_what, request, status, code) => {
  const headers = expectProblem(await raw(request), status, code);
  expect(headers.connection).toBe("close");
});

test("a chunk with endless extensions is a problem", async () => {
  const head =
    "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  expectProblem(await raw(`${head}1;${"a".repeat(20_000)}\r\n{\r\n0\r\n\r\n`), 413, "too_large");
});

test("nothing is put into an answer that is under way", async () => {
  const file = await server.admin.put("large", Buffer.alloc(8 * 2 ** 20, "a"));
  const head = `GET /api/v1/files/${file.id}/content HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.admin.token}\r\n\r\n`;
  const answer = await raw(`${head}broken\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 (200|400) /);
  expect(answer.slice(15)).not.toMatch(/HTTP\/1\.1 400/);
});

test.each([
  ["GET", "/api/v1/%zz", 400, "invalid_request", null],
  ["GET", "/api/v1/files/%ff", 400, "invalid_request", null],
  ["GET", `/api/v1/files/${"a".repeat(1100)}`, 414, "address_too_long", null],
  ["GET", "/api/v1/nothing", 404, "not_found", null],
  ["GET", "/nothing", 404, "not_found", null],
  ["POST", "/healthz", 405, "method_not_allowed", "GET"],
  ["DELETE", "/api/v1/files", 405, "method_not_allowed", "GET"],
  ["TRACE", "/api/v1/uploads/", 405, "method_not_allowed", "GET, OPTIONS, POST"],
  ["PATCH", "/api/v1/shares/x/accesses?a=b", 405, "method_not_allowed", "GET"],
  ["QUERY", "/api/v1/files", 405, "method_not_allowed", "GET"],
  ["PATCH", "/api/v1/files/bulk", 405, "method_not_allowed", "POST"],
  ["GET", "/api/v1/files/content?name=a", 405, "method_not_allowed", "PUT"],
  ["LINK", "/api/v1/folders", 405, "method_not_allowed", "POST"],
] as const)("%s %s is %i", async (method, path, status, code, allow) => {
  const headers = expectProblem(
    await raw(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    status,
    code,
  );
  expect(headers.allow ?? null).toBe(allow?.toLowerCase() ?? null);
  expect(headers).toMatchObject({ "x-request-id": expect.any(String), "x-content-type-options": "nosniff" });
});

test.each([
  ["more than a body may be", "application/json", `{"a":"${"x".repeat(1_100_000)}"}`, 413, "too_large"],
  ["another media type", "text/xml", "<a/>", 415, "unsupported_media_type"],
  ["no JSON", "application/json", "{", 400, "invalid_json"],
])("%s is a problem", async (_what, type, body, status, code) => {
  const answer = await fetch(`${server.url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
});
