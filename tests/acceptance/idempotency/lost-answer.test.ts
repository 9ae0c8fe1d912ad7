import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../../../packages/contract/src/index.ts";
import { createMigratedDatabase, type TestDatabase } from "../../support/database.ts";
import { type Cut, type DatabaseLine, openDatabaseLine } from "../../support/database-line.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { keyed, recipes, send } from "./recipes.ts";

/** The line to the database breaks at the commit of what a request makes: its client gets an error, and sends the request again. */
let database: TestDatabase;
let line: DatabaseLine;
let server: TestServer;
let dataDir: string;
beforeAll(async () => {
  database = await createMigratedDatabase();
  line = await openDatabaseLine(database.url);
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-once-"));
  server = await startServer({ LOG_LEVEL: "fatal" }, { database: { ...database, url: line.url }, dataDir });
});
afterAll(async () => {
  await server?.close();
  await line?.close();
  await database?.drop();
  await rm(dataDir, { recursive: true, force: true });
});

afterEach(() => line.mend());

/** Sends until the server answers for good, as a client does that was told to try again. */
async function sendAgain(work: () => Promise<Response>): Promise<Response> {
  return eventually(async () => {
    const answer = await work();
    if (answer.status < 500) return answer;
    await answer.arrayBuffer();
    return null;
  }, 30_000);
}

describe.each(keyed.map((operation) => [operation.id, operation] as const))("%s", (id, operation) => {
  test.each<Cut>(["after the commit", "before the commit"])(
    "cut off %s, then sent again: made once",
    { timeout: 360_000 },
    async (cut) => {
      const recipe = await recipes[id]?.(server, server.admin);
      if (!recipe) throw new Error(`${id} takes an Idempotency-Key: say in recipes.ts how to make one`);
      const [key, requestId] = [randomUUID(), randomUUID()];
      const broken = line.breakAt(requestId, cut);
      const first = await send(server.admin, operation, recipe, { "idempotency-key": key, "x-request-id": requestId });
      expect(first.status, await first.text()).toBeGreaterThanOrEqual(500);
      await broken;
      line.mend();

      const count = () =>
        eventually(
          () =>
            recipe
              .count()
              .then((found) => ({ found }))
              .catch(() => null),
          30_000,
        );
      expect(await count()).toEqual({ found: cut === "after the commit" ? 1 : 0 });
      await recipe.settled?.();
      const again = await sendAgain(() => send(server.admin, operation, recipe, { "idempotency-key": key }));
      const text = await again.text();
      expect(again.status, text).toBe(operation.status);
      expect(again.headers.get("idempotent-replayed")).toBe(cut === "after the commit" ? "true" : null);
      await recipe.settled?.();
      const third = await send(server.admin, operation, recipe, { "idempotency-key": key });
      expect({ status: third.status, text: await third.text() }).toEqual({ status: operation.status, text });
      expect(await count()).toEqual({ found: 1 });
    },
  );
});

/** What makes nothing that would be there twice. */
const without: Record<string, string> = {
  createUpload: "by tus's own protocol: an upload that nobody goes on with makes no file, and expires",
  addPasskey: "a question to a browser is answered once, and its passkey is there once",
  enrolFactor: "a factor that nobody confirmed is none, and the next one takes its place",
  verifyBackup: "a backup is verified once at a time, whoever asks",
  rehearseNow: "there is one rehearsal at a time",
  adminMeasureStorage: "of several who ask, one measurement waits",
  addGroupMember: "who is in a group already is not added again",
  adminTransferFiles: "there is one transfer of somebody's files at a time, and none where nothing is left",
  adminCleanStorage: "what is clean is not cleaned twice",
};

test("every operation that makes something takes the key, or is named here with the reason", () => {
  const making = operations.filter(
    ({ method, access, status }) =>
      method === "POST" && (access === "signed-in" || access === "admin") && (status === 201 || status === 202),
  );
  const missing = making.filter((operation) => !operation.idempotencyKey).map(({ id }) => id);
  expect(missing.sort()).toEqual(Object.keys(without).sort());
  expect(Object.keys(recipes).sort()).toEqual(keyed.map(({ id }) => id).sort());
});
