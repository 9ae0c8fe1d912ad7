import { migrate } from "./migrate.ts";

/** Migrates as a process of its own, and never gets to the end, for `migrate-locks.test.ts` to kill. */
const url = process.argv[2] as string;
process.send?.("started");
await migrate(url, [
  { version: "20260101000000", name: "one", sql: "" },
  {
    version: "20260102000000",
    name: "two",
    sql: "create table half (n int); alter table a add column m int; select pg_sleep(600)",
  },
]);
