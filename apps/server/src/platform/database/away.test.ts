import { createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { createDatabase, type TestDatabase } from "../../../../../tests/support/database.ts";
import { outageOf } from "./away.ts";
import { createDatabase as createHandle } from "./database.ts";
import { createPool } from "./pool.ts";

/**
 * A wire to the real PostgreSQL that is cut on request: when a statement with `cutBefore` in it is sent, before the server gets it, or once
 * `cutAfter` was sent, when the server answers.
 */
async function startWire() {
  const target = new URL(inject("databaseUrl"));
  const socketFolder = target.searchParams.get("host");
  const { connect } = await import("node:net");
  const wire = { cutBefore: "", cutAfter: "", port: 0, close: () => {} };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = socketFolder
      ? connect(`${socketFolder}/.s.PGSQL.${target.port || 5432}`)
      : connect(Number(target.port), target.hostname);
    let armed = false;
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    client.on("data", (chunk) => {
      if (wire.cutBefore && chunk.includes(wire.cutBefore)) return cut();
      if (wire.cutAfter && chunk.includes(wire.cutAfter)) armed = true;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => (armed ? cut() : client.write(chunk)));
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  wire.port = (server.address() as { port: number }).port;
  wire.close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return wire;
}

let database: TestDatabase;
let wire: Awaited<ReturnType<typeof startWire>>;
let pool: ReturnType<typeof createPool>;
beforeEach(async () => {
  database = await createDatabase();
  wire = await startWire();
  const url = new URL(database.url);
  url.searchParams.delete("host");
  url.host = `127.0.0.1:${wire.port}`;
  pool = createPool(url.href, { max: 1, name: "away", onError: () => {} });
  await pool.query("create table note (text text)");
});
afterEach(async () => {
  wire.close();
  await pool.end();
  await database.drop();
});

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

test("a connection that breaks before or in a statement of a transaction has done nothing", async () => {
  wire.cutAfter = "insert";
  const db = createHandle(pool);
  const error = await failure(
    db.transaction(async (tx) => {
      await tx.query("insert into note values ('a')");
    }),
  );
  expect(outageOf(error)).toEqual({ outcome: "not_done" });
});

test.each(["cutBefore", "cutAfter"] as const)(
  "a commit that is not answered (%s) may have been carried out",
  async (when) => {
    const db = createHandle(pool);
    const error = await failure(
      db.transaction(async (tx) => {
        await tx.query("insert into note values ('a')");
        wire[when] = "commit";
      }),
    );
    // What Kysely throws is the roll-back's error, whose own connection "is not queryable".
    expect(outageOf(error)).toEqual({ outcome: "unknown" });
    wire[when] = "";
    const { rows } = await pool.query("select text from note");
    expect(rows).toHaveLength(when === "cutAfter" ? 1 : 0);
  },
);

test("a statement that commits by itself may have been carried out, one that reads has not", async () => {
  wire.cutAfter = "insert";
  expect(outageOf(await failure(pool.query("insert into note values ('a')")))).toEqual({ outcome: "unknown" });
  wire.cutAfter = "select";
  expect(outageOf(await failure(pool.query("select text from note")))).toEqual({ outcome: "not_done" });
});

test("a database that cannot be reached has done nothing; what the client did wrong is no outage", async () => {
  expect(outageOf(await failure(pool.query("select nothing from note")))).toBeNull();
  await pool.query("select 1").catch(() => {});
  const gone = createPool("postgresql://x@127.0.0.1:1/x", { max: 1, name: "away", onError: () => {} });
  expect(outageOf(await failure(gone.query("insert into note values ('a')")))).toEqual({ outcome: "not_done" });
  expect(outageOf(await failure(gone.connect()))).toEqual({ outcome: "not_done" });
  await gone.end();
  expect(outageOf(await failure(gone.query("select 1")))).toEqual({ outcome: "not_done" });
  expect(outageOf(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }))).toBeNull();
});
