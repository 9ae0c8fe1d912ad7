import { expect, test } from "vitest";
import { createMigratedDatabase } from "../../../../../tests/support/database.ts";
import { createPool } from "./pool.ts";

test("a migrated database takes queries, and bigint comes as a number", async () => {
  const database = await createMigratedDatabase();
  const pool = createPool(database.url, { max: 2, name: "test", onError: () => {} });
  const { rows } = await pool.query(
    "select 9007199254740991::bigint as size, 1 as n from holdfast.users right join (values (1)) v on true",
  );
  expect(rows).toEqual([{ size: 9007199254740991, n: 1 }]);
  await expect(pool.query("select 9007199254740993::bigint")).rejects.toThrow("larger than a number can hold");
  await pool.end();
  await database.drop();
});
