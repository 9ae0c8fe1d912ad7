import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase as createTestDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../../platform/database/database.ts";
import { createPool } from "../../../platform/database/pool.ts";
import { createTargetLocks } from "./target-locks.ts";

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(createPool(database.url, { max: 1, name: "test", onError: () => {} }));
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

const locked = { code: "locked" };
const [shared, exclusive] = [{ exclusive: false }, { exclusive: true }];

test("of all processes of an installation, many share a target, and one has it alone", async () => {
  const [one, other] = [createTargetLocks(database.url), createTargetLocks(database.url)];
  const target = randomUUID();
  const [here, there] = [one.guard(target), other.guard(target)];
  const nothing = async (): Promise<string> => "done";
  await here(shared, async () => {
    expect(await there(shared, nothing)).toBe("done");
    expect(await here(shared, nothing)).toBe("done");
    await expect(there(exclusive, nothing)).rejects.toMatchObject(locked);
    await expect(here(exclusive, nothing)).rejects.toMatchObject(locked);
    expect(await other.guard(randomUUID())(exclusive, nothing)).toBe("done");
  });
  await there(exclusive, async () => {
    for (const guard of [here, there]) {
      await expect(guard(shared, nothing)).rejects.toMatchObject(locked);
      await expect(guard(exclusive, nothing)).rejects.toMatchObject(locked);
    }
  });
  expect(await here(exclusive, nothing)).toBe("done");
});

test("a lock whose connection breaks stops the work under it, and is free", async () => {
  const [one, other] = [createTargetLocks(database.url), createTargetLocks(database.url)];
  const target = randomUUID();
  const working = Promise.withResolvers<void>();
  const work = one
    .guard(target)(exclusive, async (signal) => {
      working.resolve();
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      signal?.throwIfAborted();
    })
    .catch((error: unknown) => error);
  await working.promise;
  await db.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast target locks' and datname = current_database()",
  );
  expect(await work).toMatchObject({ code: "lock_lost" });
  expect(await other.guard(target)(exclusive, async () => "free")).toBe("free");
  expect(await one.guard(target)(shared, async () => "again")).toBe("again");
});

test("no connection stays when nobody holds a lock", async () => {
  const locks = createTargetLocks(database.url);
  await Promise.allSettled([locks.guard("a")(shared, async () => {}), locks.guard("b")(exclusive, async () => {})]);
  const count =
    "select count(*)::int as number from pg_stat_activity where application_name = 'holdfast target locks' and datname = current_database()";
  await expect.poll(async () => (await db.query(count)).rows[0]).toEqual({ number: 0 });
});
