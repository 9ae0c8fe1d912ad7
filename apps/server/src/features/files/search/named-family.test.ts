import { expect, test } from "vitest";
import { createDatabase as createTestDatabase } from "../../../../../../tests/support/database.ts";
import { createDatabase } from "../../../platform/database/database.ts";
import { createPool } from "../../../platform/database/pool.ts";
import { NamedFamily } from "./named-family.ts";

const family = new NamedFamily<boolean, { low: number; names: string[]; unused: number }, { text: string }>(
  [true, false],
  (filtered) =>
    `select low || ${filtered ? ":names::text[]::text" : "''"} || :low::text as text from (select :low::int as low) given`,
);

test("each name has one number, and casts stay", () => {
  expect(family.of(true).text).toBe(
    "select low || $1::text[]::text || $2::text as text from (select $2::int as low) given",
  );
});

test("a variant takes the values that it names, in the order of their numbers", async () => {
  const database = await createTestDatabase();
  const db = createDatabase(createPool(database.url, { max: 1, name: "test", onError: () => {} }));
  const given = { unused: 1, names: ["a", "b"], low: 7 };
  expect(await family.all(db, true, given)).toEqual([{ text: "7{a,b}7" }]);
  expect(await family.all(db, false, given)).toEqual([{ text: "77" }]);
  await db.end();
  await database.drop();
});
