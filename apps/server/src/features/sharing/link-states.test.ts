import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase } from "../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../platform/database/database.ts";
import { createPool } from "../../platform/database/pool.ts";
import { testTransitions } from "../../platform/database/testing/transitions.ts";
import { newId } from "../../platform/ids.ts";
import { changeLink, lockLink, revokeLink } from "./link-states.ts";
import { grantDownload } from "./recipient/grants.queries.ts";
import { createFindLiveLink } from "./recipient/live-links.ts";
import * as queries from "./sharing.queries.ts";

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let db: Database;
const [owner, other] = [randomUUID(), randomUUID()];
const hour = 3_600_000;

beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 3, name: "test", onError: () => {} }));
  for (const id of [owner, other])
    await db.query("insert into holdfast.users (id, email) values ($1, $2)", [id, `${id}@example.org`]);
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

/** A link with one download left of two, or as the state has it; each to a folder of its own. */
async function make(state: string): Promise<string> {
  const [id, folderId] = [newId(), randomUUID()];
  await db.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind, trashed_at) values ($1::uuid, $2, $2, $1::text, 'folder', $3)`,
    [folderId, owner, state === "unavailable" ? new Date() : null],
  );
  await db.query(
    `insert into holdfast.sharing_links (id, file_id, user_id, link_type, expires_at, max_downloads, download_count, revoked_at)
     values ($1, $2, $3, 'temporary', $4, 2, $5, $6)`,
    [
      ...[id, folderId, owner, new Date(Date.now() + (state === "expired" ? -hour : hour))],
      ...[state === "exhausted" ? 2 : 1, state === "revoked" ? new Date() : null],
    ],
  );
  return id;
}

/** As its owner is told. */
async function stateOf(id: string): Promise<string | undefined> {
  return (await queries.listLinks.first(db, owner, new Date(), id, null, null, 1, [], null, null))?.state;
}

const happens = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
const limits = {
  ...({ link_type: "permanent", expires_at: null, max_downloads: null, allow_upload: false } as const),
  ...{ label: null, message: null, max_files: null, max_bytes: null, max_file_bytes: null },
};
const change = (id: string, more: Partial<Parameters<typeof changeLink>[2]>, password?: string | null) =>
  happens(db.transaction((tx) => changeLink(tx, id, { ...limits, ...more }, password)));

testTransitions({
  table: "sharing_links",
  stateOf: `case when r.revoked_at is not null then 'revoked' when r.expires_at <= now() then 'expired'
    when not holdfast.is_live(r.file_id) then 'unavailable' when r.download_count >= r.max_downloads then 'exhausted' else 'live' end`,
  states: ["live", "expired", "exhausted", "unavailable", "revoked"],
  db: () => db,
  make,
  transitions: {
    "changeLink without limits": {
      to: { live: "live", expired: "live", exhausted: "live", unavailable: "unavailable" },
      run: (_, id) => change(id, {}),
    },
    "changeLink to a time that is over": {
      to: { live: "expired", expired: "expired", exhausted: "expired", unavailable: "expired" },
      run: (_, id) => change(id, { link_type: "temporary", expires_at: new Date(Date.now() - hour) }),
    },
    "changeLink with another password": {
      to: { live: "live", expired: "live", exhausted: "live", unavailable: "unavailable" },
      run: (_, id) => change(id, {}, "a hash"),
    },
    "setPassword alone": {
      to: { live: "live", expired: "expired", exhausted: "exhausted", unavailable: "unavailable" },
      run: (tx, id) => queries.setPassword.count(tx, id, "a hash"),
    },
    revokeLink: {
      to: { live: "revoked", expired: "revoked", exhausted: "revoked", unavailable: "revoked" },
      run: (_, id) => db.transaction((tx) => revokeLink(tx, id, new Date())),
    },
  },
});

test.each(["live", "expired", "exhausted", "unavailable", "revoked"])("%s is what its owner is told", async (state) => {
  const id = await make(state);
  expect(await stateOf(id)).toBe(state);
  const found = await createFindLiveLink(db, { now: () => new Date() })(id);
  // Those that have nothing left still lead to their page, which says so.
  expect(found?.id).toBe(state === "live" || state === "exhausted" ? id : undefined);
});

test("the last download makes it exhausted, and no more are granted", async () => {
  const id = await make("live");
  const grant = (holder: number) => grantDownload.first(db, id, randomUUID(), Buffer.alloc(32, holder), new Date());
  expect(await grant(1)).toEqual({ outcome: "charged" });
  expect(await stateOf(id)).toBe("exhausted");
  expect(await grant(2)).toEqual({ outcome: "exhausted" });
});

test("what is in the trash makes it unavailable, and it is live when that comes back", async () => {
  const id = await make("live");
  const move = (trashed: boolean) =>
    db.query(
      `update holdfast.files set trashed_at = case when $2 then now() end
       where id = (select file_id from holdfast.sharing_links where id = $1)`,
      [id, trashed],
    );
  await move(true);
  expect(await stateOf(id)).toBe("unavailable");
  await move(false);
  expect(await stateOf(id)).toBe("live");
});

test("another user's is not there", async () => {
  const id = await make("live");
  await expect(db.transaction((tx) => lockLink(tx, other, id))).rejects.toMatchObject({ code: "not_found" });
  expect(await queries.listLinks.first(db, other, new Date(), id, null, null, 1, [], null, null)).toBeUndefined();
});
