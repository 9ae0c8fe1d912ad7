import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import type { FastifyInstance, RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adminUpdateUser,
  createFolder,
  createShare,
  logout,
  type Operation,
  operations,
} from "../../packages/contract/src/index.ts";
import { type Person, signIn } from "../support/person.ts";
import { requestOf } from "../support/sample.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { metadataOf, tus } from "../support/tus.ts";

/** Every operation of the contract, asked by everybody that there is. What must come out follows from its `access` and from whose things it is about. */
const byAccess = (...access: Operation["access"][]) =>
  operations.filter((operation) => access.includes(operation.access));
const closed = byAccess("signed-in", "admin");
const named = (list: readonly Operation[]) =>
  list.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);

/** Served without an operation: the Auth service's own contract, the API's description, the pages. */
const undeclared = [/^\/auth\/v1(\/|$)/, /^\/openapi\.json$/, /^\/docs(\/|$)/, /^\/?\*$/, /^\/$/];

const routes: { method: string; url: string; operation: Operation | undefined }[] = [];
const collect = (message: unknown) => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook("onRoute", (route: RouteOptions) => {
    for (const method of [route.method].flat())
      routes.push({ method, url: route.url, operation: route.config?.operation });
  });
};

let server: TestServer;
let owner: Person;
let other: Person;
let disabled: Person;
let demoted: Person;
let signedOut: Person;
beforeAll(async () => {
  channel("fastify.initialization").subscribe(collect);
  server = await startServer();
  [owner, other, disabled, demoted, signedOut] = (await Promise.all(
    ["owner", "other", "disabled", "demoted", "signed-out"].map((name) => server.person(name)),
  )) as [Person, Person, Person, Person, Person];
  const update = (id: string, body: { role?: "admin" | "user"; status?: "disabled" }) =>
    server.admin.call(adminUpdateUser, { params: { id }, body });
  await update(demoted.id, { role: "admin" });
  demoted = await signIn(server.url, demoted.email);
  await update(demoted.id, { role: "user" });
  await update(disabled.id, { status: "disabled" });
  await signedOut.call(logout, { body: {} });
});
afterAll(async () => {
  channel("fastify.initialization").unsubscribe(collect);
  await server.close();
});

/** Things of the owner's, for the parameters of a path. */
async function thingsOf(operation: Operation): Promise<Record<string, string>> {
  const { path } = operation;
  if (!path.includes("{")) return {};
  if (path.startsWith("/api/v1/uploads/")) {
    const answer = await tus(owner, "POST", "/api/v1/uploads", {
      headers: { "upload-length": 5, "upload-metadata": metadataOf({ filename: randomUUID() }) },
    });
    return { id: answer.headers.get("location")?.split("/").at(-1) as string };
  }
  if (path.startsWith("/api/v1/auth/sessions/")) {
    const { items } = (await (await owner.fetch("/api/v1/auth/sessions")).json()) as { items: { id: string }[] };
    return { id: items[0]?.id as string };
  }
  if (path.startsWith("/api/v1/admin/users/")) return { id: owner.id };
  const file = await owner.put(`${randomUUID()}.txt`, "the owner's");
  if (path === "/api/v1/files/{id}/restore") await owner.fetch(`/api/v1/files/${file.id}`, { method: "DELETE" });
  if (path.endsWith("/totals") || path.startsWith("/api/v1/trash/")) {
    return { id: (await owner.call(createFolder, { body: { name: randomUUID() } })).id };
  }
  if (path.startsWith("/api/v1/files/")) {
    const { items } = (await (await owner.fetch(`/api/v1/files/${file.id}/versions`)).json()) as {
      items: { id: string }[];
    };
    return { id: file.id, versionId: items[0]?.id as string };
  }
  if (path.startsWith("/api/v1/shares/")) {
    const share = await owner.call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
    return { id: share.id };
  }
  return {};
}

interface Answer {
  status: number;
  code: string | null;
  text: string;
  headers: [string, string][];
}

async function ask(
  operation: Operation,
  params: Record<string, string>,
  headers: Record<string, string>,
): Promise<Answer> {
  const { url, init } = requestOf(operation, params);
  const stop = new AbortController();
  const extra = operation.path.startsWith("/api/v1/uploads") ? { "tus-resumable": "1.0.0", "upload-offset": "0" } : {};
  const answer = await fetch(server.url + url, {
    ...init,
    headers: { ...init.headers, ...extra, ...headers },
    signal: stop.signal,
  });
  const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream");
  const text = isStream ? "" : await answer.text();
  if (isStream) stop.abort();
  const code =
    answer.headers.get("content-type")?.startsWith("application/problem+json") && text
      ? (JSON.parse(text).code as string)
      : null;
  // What differs from request to request whatever is answered.
  const kept = [...answer.headers].filter(([name]) => !["date", "x-request-id", "set-cookie"].includes(name));
  return { status: answer.status, code, text: text.replace(/"requestId":"[^"]*"/, ""), headers: kept };
}

/** All that a person could have changed. */
async function everything(): Promise<string> {
  const { rows } = await server.services.pool.query(`select
    (select md5(string_agg(f::text, '' order by id)) from holdfast.files f) as files,
    (select md5(string_agg(f::text, '' order by id)) from holdfast.file_versions f) as versions,
    (select md5(string_agg(id::text || upload_offset || coalesce(size, -1) || coalesce(file_id::text, ''), '' order by id)) from holdfast.uploads) as uploads,
    (select md5(string_agg(id::text || coalesce(revoked_at::text, '') || coalesce(expires_at::text, '') || coalesce(password_hash, ''), '' order by id)) from holdfast.sharing_links) as links,
    (select md5(string_agg(id::text || email || role || coalesce(disabled_until::text, '') || coalesce(display_name, ''), '' order by id)) from holdfast.users) as people,
    (select md5(string_agg(s::text, '' order by id)) from holdfast.spaces s) as spaces,
    (select md5(string_agg(id::text, '' order by id)) from auth.sessions) as sessions`);
  return JSON.stringify(rows[0]);
}

async function refusesWithoutChange(
  operation: Operation,
  headers: Record<string, string>,
  status: number | readonly number[],
  code: string[],
): Promise<void> {
  const params = await thingsOf(operation);
  const before = await everything();
  const answer = await ask(operation, params, headers);
  expect([status].flat()).toContain(answer.status);
  if (operation.method !== "HEAD") expect(code).toContain(answer.code);
  expect(await everything()).toBe(before);
}

test("whatever is served is declared, and whatever is declared is served", () => {
  const stray = routes.filter(({ url, operation }) => !operation && !undeclared.some((pattern) => pattern.test(url)));
  expect(stray).toEqual([]);
  const served = new Set(routes.map(({ operation }) => operation?.id));
  expect(operations.map(({ id }) => id).filter((id) => !served.has(id))).toEqual([]);
});

describe.each(named(closed))("%s", (_name, operation) => {
  test("nobody without a credential", () => refusesWithoutChange(operation, {}, 401, ["unauthenticated"]));
  test("nobody with a credential that is no good", async () => {
    for (const authorization of [
      "Bearer x.y.z",
      `${owner.headers.authorization}x`,
      "Basic b3duZXI6eA==",
      "Bearer hf_nothing",
    ]) {
      await refusesWithoutChange(operation, { authorization }, 401, ["unauthenticated", "session_ended"]);
    }
  });
  test("nobody who is disabled", () =>
    // Being disabled ends every session, so either may be what is met first.
    refusesWithoutChange(operation, disabled.headers, [401, 403], ["user_disabled", "session_ended"]));
  test("nobody who has signed out", () =>
    refusesWithoutChange(operation, signedOut.headers, 401, ["unauthenticated", "session_ended"]));
});

describe.each(named(byAccess("admin")))("%s", (_name, operation) => {
  test("no user, and no former admin", async () => {
    for (const person of [owner, demoted]) await refusesWithoutChange(operation, person.headers, 403, ["forbidden"]);
  });
});

describe.each(named(closed.filter(({ path, access }) => access === "signed-in" && path.includes("{"))))(
  "%s",
  (_name, operation) => {
    test("another's thing is as if it were not there, for users and for admins", async () => {
      const params = await thingsOf(operation);
      for (const person of [other, demoted, server.admin]) {
        const before = await everything();
        const denied = await ask(operation, params, person.headers);
        const nothing = await ask(
          operation,
          Object.fromEntries(Object.keys(params).map((name) => [name, randomUUID()])),
          person.headers,
        );
        expect(denied.status).toBe(404);
        expect(denied).toEqual(nothing);
        expect(await everything()).toBe(before);
      }
    });
    test("its owner gets past the door", async () => {
      const params = await thingsOf(operation);
      // Kinds of things that their own features' tests make.
      if (Object.keys(params).length === 0) return;
      const person = operation.id === "revokeSession" ? await signIn(server.url, owner.email) : owner;
      const answer = await ask(operation, params, person.headers);
      expect([401, 403, 404, 500]).not.toContain(answer.status);
      if (operation.id === "revokeSession") owner = await signIn(server.url, owner.email);
    });
  },
);

describe.each(named(byAccess("setup")))("%s", (_name, operation) => {
  test("is shut for everybody once there is an account, whatever the token", async () => {
    for (const headers of [{}, owner.headers, server.admin.headers]) {
      await refusesWithoutChange(operation, headers, 409, ["setup_done"]);
    }
  });
});

describe.each(named(byAccess("public")))("%s", (_name, operation) => {
  test("is open, and a bad credential does not break it", async () => {
    for (const headers of [{}, { authorization: "Bearer x.y.z" }, other.headers]) {
      const answer = await ask(operation, {}, headers);
      expect(answer.code).not.toBe("unauthenticated");
      expect(answer.status).toBeLessThan(500);
    }
  });
});
