import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createBackupSchedule,
  createFolder,
  createShare,
  type Operation,
  operations,
  type Problem,
} from "../../../packages/contract/src/index.ts";
import { requestOf } from "../../support/contract/sample.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { metadataOf } from "../../support/uploads/tus.ts";
import { oddities, oddRequest, stringFieldsOf } from "./string-fields.ts";

/** Odd text in every string of every operation: refused by a problem that says what is wrong, or taken; never a failure of the server. */
let server: TestServer;
let admin: Person;
/** Things of the administrator's, for the parameters of paths: what is refused must be so where it would have been done. */
const things: Record<string, string> = {};
beforeAll(async () => {
  server = await startServer();
  ({ admin } = server);
  const file = await admin.put("file.txt", "bytes");
  const folder = await admin.call(createFolder, { body: { name: "folder" } });
  // Its owner's operations ask about one link, and strangers' about another: an odd password of the first must not stand before these.
  const newShare = () =>
    admin.call(createShare, { body: { fileId: folder.id, linkType: "permanent", allowUpload: true } });
  const [share, open] = [await newShare(), await newShare()];
  const schedule = await admin.call(createBackupSchedule, { body: { preset: "daily", enabled: false } });
  const person = await server.person();
  Object.assign(things, { file: file.id, folder: folder.id, share: share.id, token: open.token });
  Object.assign(things, { schedule: schedule.id, person: person.id });
});
afterAll(() => server.close());

function paramsOf({ path }: Operation): Record<string, string> {
  const id =
    [
      ["/api/v1/files/", things.file],
      ["/api/v1/shares/", things.share],
      ["/api/v1/admin/users/", things.person],
      ["/api/v1/backup-schedules/", things.schedule],
    ].find(([start]) => path.startsWith(start as string))?.[1] ?? "";
  return { ...(id === "" ? {} : { id }), token: things.token as string };
}

async function send(path: string, init: RequestInit): Promise<{ status: number; type: string; text: string }> {
  const stop = new AbortController();
  const answer = await fetch(server.url + path, {
    ...init,
    redirect: "manual",
    headers: { ...admin.headers, "tus-resumable": "1.0.0", ...(init.headers as Record<string, string>) },
    signal: stop.signal,
  });
  const type = answer.headers.get("content-type") ?? "";
  const text = type.startsWith("text/event-stream") ? "" : await answer.text();
  if (text === "") stop.abort();
  return { status: answer.status, type, text };
}

function expectAnswer({ status, type, text }: Awaited<ReturnType<typeof send>>, what: string, refused: boolean): void {
  expect(status, `${what}: ${text}`).toBeLessThan(500);
  if (refused) expect(status, what).toBeGreaterThanOrEqual(400);
  if (status < 400 || text === "") return;
  expect(type, what).toBe("application/problem+json");
  const problem = JSON.parse(text) as Problem;
  expect(problem.detail, what).toMatch(/\S.*[^\s]$/);
}

const withStrings = operations.filter((operation) => stringFieldsOf(operation).length > 0);

describe("odd text in a field", () => {
  // A backup target is tried for each odd text in each of its fields, over the network too.
  const slowest = { timeout: 180_000 };
  test.each(withStrings.map((operation) => [operation.id, operation] as const))(
    "%s",
    slowest,
    async (_id, operation) => {
      for (const field of stringFieldsOf(operation)) {
        for (const oddity of oddities) {
          const request = oddRequest(field, oddity, paramsOf(operation));
          if (request === null) continue;
          const what = `${operation.id} ${field.part}.${field.path.join(".")}: ${oddity.name}`;
          const answer = await send(request.path, request.init);
          expectAnswer(answer, what, oddity.unstorable === true);
          if (!oddity.unstorable || operation.method === "HEAD") continue;
          const { code, detail } = JSON.parse(answer.text) as Problem;
          expect(code, `${what}: ${detail}`).toMatch(/^(invalid_request|invalid_name|invalid_json|not_found)$/);
        }
      }
    },
  );
});

test("odd bodies are refused, not failed at", async () => {
  const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  const bodies = [deep, `{"x":${deep}}`, "[]", "null", '"text"', "\ufeff{}", '{"__proto__":{"a":1}}', "{", "\0", ""];
  const bytes = [
    ...bodies.map((body) => Buffer.from(body)),
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  ];
  for (const operation of operations) {
    if (operation.body === undefined || operation.body === "bytes" || operation.id === "logout") continue;
    for (const body of bytes) {
      const { url, init } = requestOf(operation, paramsOf(operation));
      const headers = { ...init.headers, "idempotency-key": crypto.randomUUID() };
      const what = `${operation.id}: ${body.subarray(0, 20).toString("latin1")}`;
      const mayPass = ["", "\ufeff{}", '{"__proto__":{"a":1}}'].includes(body.toString()) || body.includes(0xff);
      expectAnswer(await send(url, { ...init, headers, body }), what, !mayPass);
    }
  }
});

test("odd headers and cookies sign nobody in, and fail nowhere", async () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  const token = `hf_${"a".repeat(60)}`;
  const headers: Record<string, string>[] = [
    ...["a\0b:hf_x\0y", `a\0b:${token}`, `${"a".repeat(9000)}:${token}`, "\0", ":"].map((text) => ({
      authorization: basic(text),
    })),
    ...["Bearer hf_%00", "Bearer a.b.c", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic !!!", "Bearer"].map(
      (authorization) => ({ authorization }),
    ),
    ...[
      "holdfast_access=%00",
      "holdfast_refresh=%00a",
      "holdfast_refresh=%ED%A0%80",
      "hf_share=%00; hf_recipient=%00",
      "holdfast_oidc=%00{",
    ].map((cookie) => ({ cookie, authorization: "", "sec-fetch-site": "same-origin" })),
    { "share-password": "\u00ff\u0080" },
    { "user-agent": "\u00ff".repeat(3000) },
    { "x-request-id": "\u00ff'--" },
    { "if-match": '"\u00ff"', "if-none-match": '"\u00ff"', range: "bytes=-" },
    { "idempotency-key": "\u00ff" },
  ];
  const paths = [
    "/api/v1/me",
    "/api/v1/files",
    `/api/v1/files/${things.file}/content`,
    `/api/v1/public/shares/${things.token}`,
  ];
  for (const extra of headers) {
    const sent = Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== ""));
    for (const path of [...paths, "/api/v1/auth/session", "/api/v1/auth/oidc/callback?code=x"]) {
      const answer = await fetch(server.url + path, { headers: sent, redirect: "manual" });
      expect(answer.status, `${path} ${JSON.stringify(extra)}: ${await answer.text()}`).toBeLessThan(500);
    }
    const answer = await fetch(`${server.url}/api/v1/auth/refresh`, { method: "POST", headers: sent });
    expect(answer.status, `refresh ${JSON.stringify(extra)}`).toBeLessThan(500);
  }
});

test("odd Upload-Metadata is refused", async () => {
  for (const key of ["filename", "name", "parentId", "lastModified", "onConflict", "filetype", "a\u00ff"]) {
    for (const value of [
      "\0",
      "a\0b",
      "\u202e\uffff",
      "9999-12-31T23:59:59-23:59",
      "0000-01-01T00:00:00Z",
      "x".repeat(4000),
    ]) {
      const metadata = metadataOf({ filename: crypto.randomUUID(), [key]: value });
      const answer = await send("/api/v1/uploads", {
        method: "POST",
        headers: { "upload-length": "1", "upload-metadata": metadata },
      });
      const refused = value.includes("\0") && !["filetype", "name", "a\u00ff"].includes(key);
      expectAnswer(answer, `${key}=${JSON.stringify(value)}`, refused);
    }
  }
});

test("cursors that hold odd keys are refused", async () => {
  const keys = [
    "a\0b",
    "\ud800",
    "2026-01-01T00:00:00Z",
    1e308,
    "01890000-0000-7000-8000-000000000000",
    "name",
    "asc",
    "file",
  ];
  const cursors = keys.flatMap((key) =>
    [1, 2, 3, 4, 5].flatMap((count) =>
      keys
        .slice(0, 3)
        .map((other) => Buffer.from(JSON.stringify([...Array(count - 1).fill(other), key])).toString("base64url")),
    ),
  );
  for (const operation of operations.filter(({ query }) => query && "cursor" in query.shape)) {
    for (const cursor of cursors) {
      const { url, init } = requestOf(operation, paramsOf(operation));
      const answer = await send(`${url}${url.includes("?") ? "&" : "?"}cursor=${cursor}`, init);
      expectAnswer(answer, `${operation.id} ${Buffer.from(cursor, "base64url")}`, false);
    }
  }
});
