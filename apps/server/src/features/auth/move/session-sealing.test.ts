import { createSigningKeys, sealSecret } from "@holdfast/identity";
import pg from "pg";
import { expect, test } from "vitest";
import { createMigratedDatabase, type TestDatabase } from "../../../../../../tests/support/database.ts";
import { describeMove, type MoveReport, moveAuth } from "./move-auth.ts";

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

test("what refresh tokens are made from is open on the other side and sealed here, there and back", async () => {
  const [here, elsewhere, keys] = [
    await createMigratedDatabase(),
    await createMigratedDatabase(),
    await createSigningKeys(),
  ];
  const [user, one, lost] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string];
  const secret = Buffer.alloc(32, 7).toString("base64url");
  const strangers = sealSecret(await createSigningKeys(), lost, secret);
  await query(
    here.url,
    `insert into auth.users (id, email, created_at, updated_at) values ('${user}', 'a@example.org', now(), now());
     insert into auth.sessions (id, user_id, created_at, updated_at, refresh_token_hmac_key, refresh_token_counter) values
       ('${one}', '${user}', now(), now(), '${sealSecret(keys, one, secret)}', 4), ('${lost}', '${user}', now(), now(), '${strangers}', 0)`,
  );
  const sessions = async (url: string) =>
    (
      await query(
        url,
        "select refresh_token_hmac_key as key, refresh_token_counter::int as n from auth.sessions order by id",
      )
    ).rows;
  const before = await sessions(here.url);
  const move = (from: TestDatabase, to: TestDatabase, on: "from" | "to") =>
    moveAuth({ from: from.url, to: to.url, apply: true, sessions: true, seal: { keys, on } });
  const counted = ({ tables }: MoveReport) => tables.find(({ table }) => table === "sessions");

  const pushed = await move(here, elsewhere, "from");
  expect(await sessions(elsewhere.url)).toEqual([
    { key: secret, n: 4 },
    { key: strangers, n: 0 },
  ]);
  expect(describeMove(pushed)).toContain(
    "Sessions that cannot be renewed there: 1. Their refresh tokens are encrypted with an earlier key of this installation.",
  );
  expect(counted(await move(here, elsewhere, "from"))).toMatchObject({ unchanged: 2, updated: 0 });
  expect(counted(await move(elsewhere, here, "to"))).toMatchObject({ unchanged: 2, updated: 0 });
  expect(await sessions(here.url)).toEqual(before);
  await query(elsewhere.url, "update auth.sessions set refresh_token_counter = 5, updated_at = now()");
  expect(counted(await move(elsewhere, here, "to"))).toMatchObject({ updated: 2 });
  expect(await sessions(here.url)).toEqual([
    { ...before[0], n: 5 },
    { ...before[1], n: 5 },
  ]);
  for (const database of [here, elsewhere]) await database.drop();
});
