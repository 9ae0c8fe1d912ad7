import Fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../database/database.ts";
import { createPool } from "../../database/pool.ts";
import { judgeTrustProxy, tellUnknownProxy, tooTrusting } from "./proxy-warnings.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 2, name: "test", onError: () => {} }));
});
const openAlerts = async () =>
  (await db.query("select kind, subject, title, count from holdfast.alerts where resolved_at is null limit 10")).rows;
afterAll(async () => {
  await db.end();
  await database.drop();
});

test("TRUST_PROXY=on is an open alert until it is another", async () => {
  expect(await judgeTrustProxy(db, 1)).toBe(null);
  expect(await judgeTrustProxy(db, true)).toMatch(/^TRUST_PROXY=on believes everybody/);
  const open = async () =>
    (await db.query("select kind, severity from holdfast.alerts where resolved_at is null limit 10")).rows;
  expect(await open()).toEqual([{ kind: "setting.trust_proxy", severity: "warning" }]);
  await judgeTrustProxy(db, ["10.0.0.1"]);
  expect(await open()).toEqual([]);
});

test("a proxy that no setting knows of is told once", async () => {
  // One of its kind that was resolved minutes ago would be opened again, and counted on.
  await db.query("delete from holdfast.alerts");
  const lines: { msg: string }[] = [];
  const log = pino({ level: "warn" }, { write: (line) => void lines.push(JSON.parse(line)) });
  const app: FastifyInstance = Fastify({ loggerInstance: log as FastifyBaseLogger, disableRequestLogging: true });
  tellUnknownProxy(app, false, db);
  app.get("/", () => "");
  app.get("/api/v1/public/shares/:token", () => "");
  const headers = { "x-forwarded-for": "203.0.113.1" };
  await app.inject({ url: "/" });
  await app.inject({ url: "/api/v1/public/shares/x", headers });
  expect(lines).toEqual([]);
  for (let i = 0; i < 3; i++) await app.inject({ url: "/", headers });
  expect(lines.map(({ msg }) => msg)).toEqual([expect.stringMatching(/but TRUST_PROXY is off/)]);
  await app.close();
  await expect
    .poll(openAlerts)
    .toMatchObject([{ kind: "setting.trust_proxy", subject: "TRUST_PROXY", title: lines[0]?.msg, count: 1 }]);
  await judgeTrustProxy(db, 1);
  expect(await openAlerts()).toEqual([]);
});

test.each([
  [["0.0.0.0/0"], "0.0.0.0/0"],
  [["10.0.0.1", "::/0"], "::/0"],
  [["64.0.0.0/4"], "64.0.0.0/4"],
  [["10.0.0.0/8", "fd00::/16", "192.168.1.2"], null],
  [2, null],
])("TRUST_PROXY=%j trusts more than proxies: %s", (trust, named) => {
  const said = tooTrusting(trust);
  if (named === null) expect(said).toBe(null);
  else expect(said).toContain(named);
});
