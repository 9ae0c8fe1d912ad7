import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDatabase, type TestDatabase } from "../../../../../tests/support/database.ts";
import { createListener, type Listener } from "./listen.ts";

let database: TestDatabase;
let listener: Listener;
beforeEach(async () => {
  database = await createDatabase();
  listener = await createListener(database.url, () => {});
});
afterEach(async () => {
  await listener.close();
  await database.drop();
});

async function query(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

test("hands on the messages of a channel, to everybody who asked, until they leave", async () => {
  const [first, second] = [vi.fn(), vi.fn()];
  const leave = await listener.subscribe("news", first);
  await listener.subscribe("news", second);
  await query("select pg_notify('news', 'one'), pg_notify('other', 'not for us')");
  await vi.waitFor(() => expect(second).toHaveBeenCalledWith("one"));
  leave();
  await query("select pg_notify('news', 'two')");
  await vi.waitFor(() => expect(second).toHaveBeenCalledWith("two"));
  expect(first.mock.calls).toEqual([["one"]]);
});

test("comes back after the connection was cut, and says that messages may be missing", async () => {
  const [message, gap] = [vi.fn(), vi.fn()];
  await listener.subscribe("news", message, gap);
  await query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'holdfast listen'`);
  await vi.waitFor(() => expect(gap).toHaveBeenCalledOnce(), 5_000);
  await query("select pg_notify('news', 'again')");
  await vi.waitFor(() => expect(message).toHaveBeenCalledWith("again"));
});
