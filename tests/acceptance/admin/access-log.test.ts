import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AccessEntry,
  adminExportAccessLog,
  adminListAccessLog,
  listMyActivity,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
let anna: Person;
let ben: Person;
/** Entries of two months, of two people and three addresses, with an instant each. */
const count = 60;

beforeAll(async () => {
  server = await startServer();
  [anna, ben] = [await server.person("anna"), await server.person("ben")];
  await server.services.accessLog.flush();
  const { pool } = server.services;
  await pool.query("truncate holdfast.audit_log, holdfast.access_log, holdfast.log_names");
  await pool.query(
    `insert into holdfast.access_log (id, occurred_at, last_at, actor_id, via, action, outcome, target_id, target_name, ip, bytes)
     select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid, at, at,
       case when n % 2 = 0 then $1::uuid else $2::uuid end, 'session', case when n % 3 = 0 then 'file.download' else 'file.preview' end,
       case when n % 5 = 0 then 'refused' else 'ok' end, null,
       case when n % 10 = 0 then 'Annual-Report' || n || '.pdf' else 'picture ' || n || '.jpg' end,
       ('192.0.' || n % 3 || '.7')::inet, n
     from (select n, timestamptz '2026-10-15T00:00:00Z' + make_interval(hours => 12 * n) as at from generate_series(1, $3::int) n) x`,
    [anna.id, ben.id, count],
  );
});
afterAll(() => server.close());

type Query = Parameters<typeof list>[0];
const list = (query: Record<string, string | number>) =>
  server.admin.call(adminListAccessLog, { query: query as never });
/** The numbers of the entries that are found, newest first, through all pages. */
async function found(query: Query, limit = 1000): Promise<number[]> {
  const all: AccessEntry[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await list({ ...query, limit, ...(cursor ? { cursor } : {}) });
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all.filter(({ bytes }) => bytes !== null).map(({ bytes }) => bytes as number);
}
const numbers = Array.from({ length: count }, (_, i) => count - i);
const those = (is: (n: number) => boolean) => numbers.filter(is);

test("each filter finds its entries, newest first, and pages of any size hold each once", async () => {
  const cases: [Query, (n: number) => boolean][] = [
    [{}, () => true],
    [{ actorId: anna.id }, (n) => n % 2 === 0],
    [{ action: "file.download" }, (n) => n % 3 === 0],
    [{ action: "file.download,file.preview" }, () => true],
    [{ outcome: "refused" }, (n) => n % 5 === 0],
    [{ ip: "192.0.1.7" }, (n) => n % 3 === 1],
    [{ ip: "192.0.0.0/23" }, (n) => n % 3 < 2],
    [{ from: "2026-11-01T00:00:00Z", to: "2026-11-03T00:00:00Z" }, (n) => n >= 34 && n < 38],
    [{ q: "annual report" }, (n) => n % 10 === 0],
    [{ q: "report20" }, (n) => n === 20],
    [{ q: "anna" }, (n) => n % 2 === 0],
    [{ q: "download" }, (n) => n % 3 === 0],
    [{ q: "report", actorId: ben.id }, () => false],
    [
      { actorId: anna.id, action: "file.download", ip: "192.0.0.0/24", outcome: "ok" },
      (n) => n % 6 === 0 && n % 5 !== 0,
    ],
    [{ q: "%_'\\:*" }, () => true],
  ];
  for (const [query, is] of cases) {
    expect(await found(query), JSON.stringify(query)).toEqual(those(is));
    expect(await found(query, 7), JSON.stringify(query)).toEqual(those(is));
  }
});

test("an entry has everything, with the user's name and address", async () => {
  const { items } = await list({ action: "file.download", limit: 1 });
  expect(items).toEqual([
    {
      ...{
        id: expect.any(String),
        occurredAt: "2026-11-14T00:00:00.000Z",
        lastAt: "2026-11-14T00:00:00.000Z",
        times: 1,
      },
      ...{
        log: "reads",
        actorId: anna.id,
        actorName: null,
        actorEmail: anna.email,
        via: "session",
        outcome: "refused",
      },
      ...{
        action: "file.download",
        targetId: null,
        targetName: "Annual-Report60.pdf",
        ip: "192.0.0.7",
        userAgent: null,
      },
      ...{ bytes: 60, requestId: null, detail: null },
    },
  ]);
});

test.each([
  [{ ip: "nonsense" }, "must be an address"],
  [{ action: "Nonsense" }, "must be names of actions"],
  [{ from: "yesterday" }, "query.from"],
])("%o is refused with a sentence", async (query, sentence) => {
  await expect(list(query as never)).rejects.toThrow(sentence);
});

async function exported(query: Record<string, string>): Promise<{ text: string; type: string | null }> {
  const answer = await server.admin.fetch(`${adminExportAccessLog.path}?${new URLSearchParams(query)}`);
  expect(answer.status).toBe(200);
  return { text: await answer.text(), type: answer.headers.get("content-type") };
}

test("an export holds what the list shows, and nothing that a spreadsheet would run", async () => {
  const { pool } = server.services;
  const names = ["=cmd|'/c calc'!A1", "+1", "-1", "@x", '"quoted", with comma', "two\nlines"];
  for (const [n, name] of names.entries()) {
    await pool.query(
      `insert into holdfast.access_log (id, occurred_at, last_at, action, target_name) values (gen_random_uuid(), $1, $1, 'file.formula', $2)`,
      [new Date(Date.UTC(2026, 10, 20, 0, n)), name],
    );
  }
  const { text, type } = await exported({ format: "csv", action: "file.formula" });
  expect(type).toBe("text/csv; charset=utf-8");
  const cells = [`"'=cmd|'/c calc'!A1"`, `"'+1"`, `"'-1"`, `"'@x"`, '"""quoted"", with comma"', '"two\nlines"'];
  for (const cell of cells) expect(text).toContain(`,${cell},`);
  expect(text).toMatch(/^id,occurredAt,lastAt,/);

  const query = { format: "ndjson", ip: "192.0.0.0/23", outcome: "ok" };
  const lines = (await exported(query)).text.trimEnd().split("\n");
  const { items } = await list({ ip: "192.0.0.0/23", outcome: "ok", limit: 1000 });
  expect(lines.map((line) => JSON.parse(line))).toEqual(items);
  expect((await exported({ format: "ndjson", q: "nothing like it" })).text).toBe("");
  // Who took it away is in the log.
  expect((await list({ action: "access_log.export", limit: 10 })).items).toMatchObject([
    { actorId: server.admin.id, detail: { format: "ndjson", q: "nothing like it" } },
    { detail: query },
    { detail: { format: "csv" } },
  ]);
});

test("people see what they did and what was done to their account, and nobody else's", async () => {
  const carl = await server.person("carl");
  await carl.put("mine.txt", "x");
  await server.admin.fetch(`/api/v1/admin/users/${carl.id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ displayName: "Carl" }),
  });
  await server.services.accessLog.flush();
  const mine = (query = {}) => carl.call(listMyActivity, { query });
  const { items } = await mine();
  expect(items.map(({ action, byMe }) => [action, byMe])).toEqual([
    ["user.update", false],
    ["file.upload", true],
    ["session.sign-in", true],
    ["user.register", true],
  ]);
  // Where the administrator is, is not said.
  expect(items[0]).toMatchObject({ ip: null, requestId: null });
  expect(items[0]).not.toHaveProperty("actorId");
  expect((await mine({ action: "file.upload", limit: 1 })).items).toMatchObject([{ targetName: "mine.txt", bytes: 1 }]);
  expect(JSON.stringify(await ben.call(listMyActivity, { query: { limit: 1000 } }))).not.toContain("mine.txt");
});
