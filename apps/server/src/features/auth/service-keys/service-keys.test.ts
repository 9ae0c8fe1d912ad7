import { createSigningKeys } from "@holdfast/identity";
import { decodeJwt } from "jose";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../../platform/database/database.ts";
import { createServiceKeys, isKeyRevoked, type ServiceKeys } from "./service-keys.ts";

let database: TestDatabase;
let pool: pg.Pool;
let db: Database;
let keys: ServiceKeys;
let now = new Date();
beforeAll(async () => {
  database = await createMigratedDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  db = createDatabase(pool);
  keys = createServiceKeys(db, await createSigningKeys(), () => now);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

function isRefused(key: string): Promise<boolean> {
  const { jti = null, iat = 0 } = decodeJwt(key);
  return isKeyRevoked(db, { id: jti, issuedAt: iat });
}

test("the list says what was made and what was revoked, and holds no key", async () => {
  const [one, other] = [await keys.create("one"), await keys.create("other")];
  const { jti } = decodeJwt(one);
  expect(await keys.revoke(jti as string)).toBe("one");
  expect([await isRefused(one), await isRefused(other)]).toEqual([true, false]);
  const listed = await keys.list();
  expect(new Map(listed.map(({ name, revoked_at }) => [name, revoked_at !== null]))).toEqual(
    new Map([
      ["one", true],
      ["other", false],
    ]),
  );
  expect(JSON.stringify(listed)).not.toContain(other.split(".")[2]);
  for (const id of [jti as string, "banana", "00000000-0000-4000-8000-000000000000"]) {
    await expect(keys.revoke(id)).rejects.toThrow("There is no service key");
  }
  for (const name of ["", "x".repeat(101), "service-role-key"]) {
    await expect(keys.create(name)).rejects.toThrow("A name");
  }
});

test("a rotation refuses what was made until then without the list, and its own key before; what is made by hand later counts", async () => {
  const byHand = (seconds: number) =>
    isKeyRevoked(db, { id: null, issuedAt: Math.floor(now.getTime() / 1000) + seconds });
  const listed = await keys.create("listed");
  expect(await byHand(-5)).toBe(false);
  const first = await keys.rotate();
  expect(await Promise.all([byHand(-5), byHand(0), byHand(1)])).toEqual([true, true, false]);
  expect([await isRefused(first), await isRefused(listed)]).toEqual([false, false]);
  now = new Date(now.getTime() + 10_000);
  const second = await keys.rotate();
  expect([await isRefused(first), await isRefused(second), await isRefused(listed)]).toEqual([true, false, false]);
  expect(await isKeyRevoked(db, { id: "made by another tool", issuedAt: 0 })).toBe(true);
});
