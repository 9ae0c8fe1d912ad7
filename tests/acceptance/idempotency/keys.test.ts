import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adminCreateUser,
  createAccessToken,
  createFolder,
  createShare,
  deleteFile,
  listAccessTokens,
  listFiles,
  type Operation,
} from "../../../packages/contract/src/index.ts";
import { createMigratedDatabase, type TestDatabase } from "../../support/database.ts";
import { type Person, personOf } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";

let database: TestDatabase;
let dataDir: string;
let server: TestServer;
/** The same installation's second node. */
let node: TestServer;
let ann: Person;
beforeAll(async () => {
  database = await createMigratedDatabase();
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-once-"));
  server = await startServer({}, { database, dataDir });
  node = await startServer({}, { database, dataDir });
  ann = await server.person("ann");
});
afterAll(async () => {
  await node?.close();
  await server?.close();
  await database?.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const elsewhere = (person: Person) => personOf(node.url, { user: person.user, accessToken: person.token });

function post(person: Person, operation: Operation, key: string, body: unknown): Promise<Response> {
  return person.fetch(operation.path, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
  });
}

const codeOf = async (answer: Response) => ((await answer.json()) as { code?: string }).code;
const namesIn = async (parentId: string) =>
  (await ann.call(listFiles, { query: { parentId } })).items.map(({ name }) => name);
const newFolder = async () => (await ann.call(createFolder, { body: { name: randomUUID() } })).id;

test("many at once, on two nodes: one thing, and one answer for all that are answered", async () => {
  const parentId = await newFolder();
  const keys = Array.from({ length: 10 }, () => randomUUID());
  for (const key of keys) {
    const wanted = { name: "once", parentId, onConflict: "rename" };
    const all = Array.from({ length: 20 }, (_, i) => post(i % 2 ? elsewhere(ann) : ann, createFolder, key, wanted));
    const texts = new Set<string>();
    for (const answer of await Promise.all(all)) {
      const text = await answer.text();
      if (answer.status === 201) texts.add(text);
      else expect(JSON.parse(text)).toMatchObject({ status: 409, code: "idempotency_in_progress" });
    }
    expect(texts.size).toBe(1);
  }
  expect(await namesIn(parentId)).toHaveLength(keys.length);
});

test("the same key with other content is refused, also in another place", async () => {
  const key = randomUUID();
  const parentId = await newFolder();
  expect((await post(ann, createFolder, key, { name: "one", parentId })).status).toBe(201);
  const other = await post(ann, createFolder, key, { name: "two", parentId });
  expect([other.status, await codeOf(other)]).toEqual([422, "idempotency_mismatch"]);
  const share = await post(ann, createShare, key, { fileId: parentId, linkType: "permanent" });
  expect([share.status, await codeOf(share)]).toEqual([422, "idempotency_mismatch"]);
  // What means the same is the same.
  const same = await post(ann, createFolder, key, { onConflict: "fail", parentId, name: "one" });
  expect([same.status, same.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
  expect(await namesIn(parentId)).toEqual(["one"]);
});

test("what failed may be sent again, with the same content or another", async () => {
  const key = randomUUID();
  const parentId = await newFolder();
  const { id } = await ann.call(createFolder, { body: { name: "taken", parentId } });
  expect((await post(ann, createFolder, key, { name: "taken", parentId })).status).toBe(409);
  expect((await post(ann, createFolder, key, { name: "a/b", parentId })).status).toBe(422);
  await ann.call(deleteFile, { params: { id } });
  const made = await post(ann, createFolder, key, { name: "taken", parentId });
  expect([made.status, made.headers.get("idempotent-replayed")]).toEqual([201, null]);
});

test("a key is its sender's own", async () => {
  const key = randomUUID();
  const bob = await server.person("bob");
  const answers = await Promise.all([ann, bob].map((person) => post(person, createFolder, key, { name: "ours" })));
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  const [first, second] = (await Promise.all(answers.map((answer) => answer.json()))) as { id: string }[];
  expect(first?.id).not.toBe(second?.id);
});

test("a key of another form is refused", async () => {
  for (const key of ["", "a b", "x".repeat(201)]) {
    expect((await post(ann, createFolder, key, { name: randomUUID() })).status).toBe(400);
  }
});

test("a folder that is there already is the answer where it is to be used again", async () => {
  const parentId = await newFolder();
  const { id } = await ann.call(createFolder, { body: { name: "there", parentId } });
  const key = randomUUID();
  for (let i = 0; i < 2; i++) {
    const answer = await post(ann, createFolder, key, { name: "there", parentId, onConflict: "reuse" });
    expect(await answer.json()).toMatchObject({ id });
  }
});

describe("a secret in an answer", () => {
  test("is told once more, and lies nowhere in plain", async () => {
    const key = randomUUID();
    const wanted = { name: randomUUID(), scopes: ["files:read"] };
    const first = await post(ann, createAccessToken, key, wanted);
    const text = await first.text();
    const { token } = JSON.parse(text) as { token: string };
    const second = await post(ann, createAccessToken, key, wanted);
    expect(await second.text()).toBe(text);
    expect(second.headers.get("cache-control")).toBe("no-store");
    const made = (await ann.call(listAccessTokens)).items.filter(({ name }) => name === wanted.name);
    expect(made).toHaveLength(1);

    const password = "a password that is nowhere";
    const account = { email: `${randomUUID()}@example.org`, password };
    expect((await post(server.admin, adminCreateUser, randomUUID(), account)).status).toBe(201);
    const { rows } = await server.services.pool.query<{ row: string }>(
      `select to_json(k)::text || encode(request_hash, 'escape') || encode(answer, 'escape') as row
       from holdfast.idempotency_keys k`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { row } of rows) {
      expect(row).not.toContain(token);
      expect(row).not.toContain(password);
      expect(row).not.toContain(account.email);
    }
  });
});
