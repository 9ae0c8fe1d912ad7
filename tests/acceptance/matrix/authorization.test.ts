import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import type { FastifyInstance, RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adminUpdateSettings,
  createAccessToken,
  createFolder,
  createShare,
  createSpace,
  listPasskeys,
  type Operation,
  operations,
  removePasskey,
  scopeOf,
} from "../../../packages/contract/src/index.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { type Answer, ask, type Named } from "./ask.ts";
import { authRoutes } from "./auth-routes.ts";
import { everything } from "./everything.ts";
import { formerAdmin, type Refused, refusedEverywhere, scopedTokens } from "./principals.ts";
import { references, unnamed } from "./references.ts";
import { type Things, thingsOf, type World } from "./things.ts";

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
let demoted: Person;
let refused: Refused[];
let world: World;
const tokens = scopedTokens(() => owner);
const adminTokens = scopedTokens(() => server.admin);
beforeAll(async () => {
  channel("fastify.initialization").subscribe(collect);
  // What the server finds to alert of in the middle of a question is nobody's doing.
  server = await startServer({ HOLDFAST_ALERT_INTERVAL: "300" });
  [owner, other] = (await Promise.all(["owner", "other"].map((name) => server.person(name)))) as [Person, Person];
  demoted = await formerAdmin(server);
  refused = await refusedEverywhere(server, owner);
  world = { server, owner: () => owner };
});
afterAll(async () => {
  channel("fastify.initialization").unsubscribe(collect);
  await server.close();
});

const about = (operation: Operation, things: Things, headers: Record<string, string>, more?: Named): Promise<Answer> =>
  ask(server.url, operation, things, headers, more);

async function changesNothing<T>(work: () => Promise<T>): Promise<T> {
  // Restores and backups that other tests have begun go on by themselves.
  await eventually(async () => {
    const { rows } =
      await server.services.pool.query(`select from holdfast.restores where status in ('queued', 'running')
      union all select from holdfast.backups where status in ('queued', 'running') or phase is not null`);
    return rows.length === 0;
  }, 60_000);
  const before = await everything(server.services.pool);
  const result = await work();
  expect(await everything(server.services.pool)).toEqual(before);
  return result;
}

function expectRefusal(operation: Operation, answer: Answer, statuses: readonly number[], codes: readonly string[]) {
  expect(statuses).toContain(answer.status);
  if (operation.method !== "HEAD") expect(codes).toContain(answer.code);
}

test("whatever is served is declared, and whatever is declared is served", () => {
  const stray = routes.filter(({ url, operation }) => !operation && !undeclared.some((pattern) => pattern.test(url)));
  expect(stray).toEqual([]);
  const served = new Set(routes.map(({ operation }) => operation?.id));
  expect(operations.map(({ id }) => id).filter((id) => !served.has(id))).toEqual([]);
});

describe.each(named(closed))("%s", (_name, operation) => {
  test("nobody without a standing of their own", async () => {
    const things = await thingsOf(world, operation);
    await changesNothing(async () => {
      for (const { headers, statuses, codes } of refused)
        expectRefusal(operation, await about(operation, things, headers), statuses, codes);
    });
  });

  test("no personal token without its scope, and one with it", async () => {
    const things = await thingsOf(world, operation);
    const from = operation.access === "admin" ? adminTokens : tokens;
    if (scopeOf(operation) !== "any") {
      const headers = await from.without(operation);
      const answer = await changesNothing(() => about(operation, things, headers));
      expectRefusal(operation, answer, [403], ["token_scope_missing"]);
    }
    const exactly = await from.exactly(operation);
    if (exactly) expect((await about(operation, things, exactly)).code).not.toBe("token_scope_missing");
  });
});

describe.each(named(byAccess("admin")))("%s", (_name, operation) => {
  test("no user, and no former admin", async () => {
    const things = await thingsOf(world, operation);
    await changesNothing(async () => {
      for (const person of [owner, demoted])
        expectRefusal(operation, await about(operation, things, person.headers), [403], ["forbidden"]);
    });
  });
  test("an admin", async () => {
    const answer = await about(operation, await thingsOf(world, operation), server.admin.headers);
    // The retry of a job that is not there, the rehearsal of a server backup that nobody has made.
    const allowed = operation.id === "adminRetryJob" || operation.id === "rehearseNow" ? [404] : [];
    expect([401, 403, 404, 500].filter((status) => !allowed.includes(status))).not.toContain(answer.status);
  });
});

const aboutThings = closed.filter(({ path, access }) => access === "signed-in" && path.includes("{"));
describe.each(named(aboutThings))("%s", (_name, operation) => {
  test("another's is as if it were not there, for users and for admins", async () => {
    const things = await thingsOf(world, operation);
    const missing = {
      ...things,
      params: Object.fromEntries(Object.keys(things.params).map((name) => [name, randomUUID()])),
    };
    // Groups and teams are there for administrators, without what is in them.
    const administered = /^\/api\/v1\/(groups|spaces)\//.test(operation.path);
    for (const person of administered ? [other, demoted] : [other, demoted, server.admin]) {
      await changesNothing(async () => {
        const denied = await about(operation, things, person.headers);
        const nothing = await about(operation, missing, person.headers);
        expect(denied.status).toBe(404);
        expect(denied).toEqual(nothing);
      });
    }
  });
  test("its owner's is there", async () => {
    const answer = await about(operation, await thingsOf(world, operation), owner.headers);
    expect([403, 404, 500]).not.toContain(answer.status);
    if (answer.status === 401) expect(answer.code).toBe("mfa_code_wrong");
  });
});

test("another's is as if it were not there: a factor counts as no attempt at one's own", async () => {
  const confirm = operations.find(({ id }) => id === "confirmFactor") as Operation;
  const things = await thingsOf(world, confirm);
  // The identity service would refuse each as well, but only after it was counted.
  for (let i = 0; i < 20; i++) expect((await about(confirm, things, other.headers)).status).toBe(404);
});

describe("what is listed, counted or emptied without naming it", () => {
  const lists = byAccess("signed-in").filter(({ method, path }) => method === "GET" && !path.includes("{"));
  /** What shows things of one's own. The rest is the same for everybody, or about oneself alone. */
  const showing = [
    ...[
      "listFiles",
      "searchFiles",
      "listTrash",
      "listUploads",
      "listShares",
      "listBackups",
      "listRestores",
      "listCopies",
      "listNotifications",
    ],
    "listSharedWithMe",
    ...["listBackupSchedules", "listAccessTokens", "listSessions", "listLogins", "exportAccount", "listMyActivity"],
  ];
  const marker = `marker${randomUUID().slice(0, 8)}`;
  let ids: string[];
  beforeAll(async () => {
    const find = (id: string) => operations.find((operation) => operation.id === id) as Operation;
    const made = [
      "revokeSession",
      "revokeAccessToken",
      "updateShare",
      "updateSharedWithMe",
      "getBackup",
      "getRestore",
      "getCopy",
      "getBackupSchedule",
      "finishUpload",
      "deleteNotification",
    ];
    ids = [];
    for (const id of made) ids.push((await thingsOf(world, find(id))).params.id as string);
    ids.push((await owner.put(`${marker}.txt`, "x")).id);
    // An entry of the login history has nothing of its own but who used what.
    await fetch(`${server.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": marker },
      body: JSON.stringify({ email: owner.email, password: testPassword, transport: "bearer" }),
    });
    const gone = await owner.put(`${marker} trashed.txt`, "x");
    ids.push(gone.id);
    await owner.fetch(`/api/v1/files/${gone.id}`, { method: "DELETE" });
  });

  test.each(named(lists))("%s", async (_name, operation) => {
    const query: Record<string, string> = operation.id === "searchFiles" ? { q: marker } : { limit: "200" };
    const things = { params: {}, query: operation.query && "limit" in operation.query.shape ? query : {} };
    const shown = async (person: Person) => {
      const { text } = await about(operation, things, person.headers);
      return [marker, ...ids].filter((one) => text.includes(one));
    };
    for (const person of [other, server.admin]) expect(await shown(person)).toEqual([]);
    expect((await shown(owner)).length > 0).toBe(showing.includes(operation.id));
  });

  test("another's tokens take none of one's own hundred", async () => {
    const crowd = await server.person();
    const make = (person: Person) => person.call(createAccessToken, { body: { name: "token", scopes: ["shares"] } });
    await Promise.all(Array.from({ length: 100 }, () => make(crowd)));
    await expect(make(crowd)).rejects.toMatchObject({ code: "conflict" });
    await make(await server.person());
  });

  test("another's trash is not emptied or counted", async () => {
    const { text } = await about(
      operations.find(({ id }) => id === "getTrashTotals") as Operation,
      { params: {} },
      other.headers,
    );
    expect(JSON.parse(text)).toMatchObject({ files: 0, folders: 0 });
    const emptied = await other.fetch("/api/v1/trash", { method: "DELETE" });
    expect(emptied.status).toBe(204);
    expect((await owner.fetch(`/api/v1/files/${ids.at(-1)}`)).status).toBe(200);
  });
});

describe("what a request names outside of its path", () => {
  test("is all in the list", () => expect(unnamed(operations)).toEqual([]));

  test.each(references.map((reference) => [`${reference.operation.id}: ${reference.field}`, reference] as const))(
    "%s",
    async (_name, { operation, named: name, each, ignored }) => {
      const file = await thingsOf(world, operations.find(({ id }) => id === "getFile") as Operation);
      const folder = await owner.call(createFolder, { body: { name: randomUUID() } });
      await owner.put("inside.txt", "x", { parentId: folder.id });
      const foreign = {
        spaceId: owner.id,
        teamId: (await owner.call(createSpace, { body: { name: randomUUID() } })).id,
        fileId: file.params.id as string,
        versionId: file.params.versionId as string,
        folderId: folder.id,
      };
      const missing = {
        spaceId: randomUUID(),
        teamId: randomUUID(),
        fileId: randomUUID(),
        versionId: randomUUID(),
        folderId: randomUUID(),
      };
      // Everything but what is named is one's own.
      const own: World = { server, owner: () => other };
      const things = await thingsOf(own, operation);
      const untouched = (given: typeof foreign) =>
        changesNothing(async () => about(operation, things, other.headers, name(given)));
      const denied = await untouched(foreign);
      const nothing = await untouched(missing);
      const text = (answer: Answer, { fileId }: typeof foreign) => answer.text.replaceAll(fileId, "");
      expect({ ...denied, text: text(denied, foreign) }).toEqual({ ...nothing, text: text(nothing, missing) });
      if (each) {
        expect(JSON.parse(denied.text).items).toMatchObject([{ ok: false, code: "not_found" }]);
        return;
      }
      if (ignored) return;
      expect(denied.status).toBe(404);
      // And the same request about one's own gets further.
      const mine = await thingsOf(own, operations.find(({ id }) => id === "getFile") as Operation);
      const myFolder = await other.call(createFolder, { body: { name: randomUUID() } });
      const version = operation.path.includes("/content") && things.params.versionId;
      const given = {
        spaceId: other.id,
        teamId: (await other.call(createSpace, { body: { name: randomUUID() } })).id,
        fileId: mine.params.id as string,
        folderId: myFolder.id,
        versionId: version || "",
      };
      expect((await about(operation, things, other.headers, name(given))).status).not.toBe(404);
    },
  );
});

describe.each(named(byAccess("share")))("%s", (_name, operation) => {
  const about404 = [404, 410];
  test("no link that is none, was revoked, or lies elsewhere", async () => {
    const folder = await owner.call(createFolder, { body: { name: randomUUID() } });
    const inside = await owner.put("inside.txt", "x", { parentId: folder.id });
    const outside = await owner.put(`${randomUUID()}.txt`, "not shared");
    const upload = operation.id === "putPublicContent";
    const share = await owner.call(createShare, {
      body: { fileId: folder.id, linkType: "permanent", ...(upload ? { allowUpload: true } : {}) },
    });
    const single = await owner.call(createShare, { body: { fileId: inside.id, linkType: "permanent" } });
    const locked = await owner.call(createShare, {
      body: { fileId: folder.id, linkType: "permanent", password: "secret", ...(upload ? { allowUpload: true } : {}) },
    });
    const revoked = await owner.call(createShare, { body: { fileId: folder.id, linkType: "permanent" } });
    await owner.fetch(`/api/v1/shares/${revoked.id}`, { method: "DELETE" });
    const query: Record<string, string> = upload ? { name: "sent.txt" } : {};
    const by = (token: string, id: string, more = {}) =>
      about(operation, { params: { token, id }, query: { ...query, ...more } }, {});
    await changesNothing(async () => {
      expect(about404).toContain((await by("nothing", inside.id)).status);
      expect(about404).toContain((await by(revoked.token, inside.id)).status);
      // The password is asked for before anything is said of what lies behind it.
      expect((await by(locked.token, inside.id)).status).toBe(401);
      if (operation.path.includes("{id}")) expect((await by(share.token, outside.id)).status).toBe(404);
      if (operation.query && "parentId" in operation.query.shape)
        expect((await by(share.token, inside.id, { parentId: outside.id })).status).not.toBeLessThan(400);
    });
    const whole = /\/(content)$/.test(operation.path) && !operation.path.includes("{id}") ? single : share;
    expect((await by(whole.token, inside.id)).status).toBeLessThan(400);
  });
});

describe.each(named(byAccess("setup")))("%s", (_name, operation) => {
  test("is shut for everybody once there is an account, whatever the token", async () => {
    for (const headers of [{}, owner.headers, server.admin.headers]) {
      const answer = await changesNothing(() => about(operation, { params: {} }, headers));
      expectRefusal(operation, answer, [409], ["setup_done"]);
    }
  });
});

describe.each(named(byAccess("public")))("%s", (_name, operation) => {
  test("is open, and a bad credential does not break it", async () => {
    for (const headers of [{}, { authorization: "Bearer x.y.z" }, other.headers]) {
      const answer = await about(operation, { params: {} }, headers);
      expect(answer.code).not.toBe("unauthenticated");
      expect(answer.status).toBeLessThan(500);
    }
  });
});

describe("the Auth service's own routes", () => {
  const known = authRoutes.flatMap(({ who, routes: list }) => list.map((route) => [route, who] as const));
  test("are all in a list", () => {
    const served = routes.filter(({ url, method }) => url.startsWith("/auth/v1/") && !/^(HEAD|OPTIONS)$/.test(method));
    const names = new Set(served.map(({ method, url }) => `${method} ${url.slice("/auth/v1".length)}`));
    expect([...names].sort()).toEqual(known.map(([route]) => route).sort());
  });
  test.each(known.filter(([, who]) => who !== "anybody"))("%s is for %s alone", async (route, who) => {
    const [method = "", path = ""] = route.split(" ");
    const url = `${server.url}/auth/v1${path.replace(/:\w+/g, other.id)}`;
    const withBody = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
    const status = async (headers: Record<string, string>) => {
      const answer = await fetch(url, {
        method,
        headers: { ...headers, "content-type": "application/json" },
        ...withBody,
      });
      return answer.status;
    };
    await changesNothing(async () => {
      expect([401, 403]).toContain(await status({}));
      expect([401, 403]).toContain(await status({ authorization: "Bearer x.y.z" }));
      // Not even an administrator's: Holdfast's own roles are not the service's key.
      if (who === "service")
        for (const { headers } of [other, server.admin]) expect([401, 403]).toContain(await status(headers));
    });
  });
});

/** Last: from now on nobody here gets past it. */
describe("who has to set up a second factor", () => {
  beforeAll(async () => {
    for (const { id } of (await owner.call(listPasskeys)).items) await owner.call(removePasskey, { params: { id } });
    await server.admin.call(adminUpdateSettings, { body: { secondFactor: "everybody" } });
  });
  test.each(named(closed))("%s", async (_name, operation) => {
    const params = Object.fromEntries(
      [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => [match[1], randomUUID()]),
    );
    const person = operation.access === "admin" ? server.admin : await signIn(server.url, owner.email);
    const answer = await about(operation, { params }, person.headers);
    if (operation.beforeSecondFactor) expect(answer.code).not.toBe("mfa_enrolment_required");
    else expectRefusal(operation, answer, [403], ["mfa_enrolment_required"]);
  });
});
