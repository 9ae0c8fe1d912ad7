import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedDatabase } from "../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../platform/database/database.ts";
import { createPool } from "../../platform/database/pool.ts";
import { testTransitions } from "../../platform/database/testing/transitions.ts";
import { newId } from "../../platform/ids.ts";
import * as states from "./upload-states.ts";
import * as queries from "./uploads.queries.ts";

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let db: Database;
const owner = randomUUID();
const sha256 = Buffer.alloc(32, 1);
const size = 10;
/** The request that has the lease. */
const lease = randomUUID();

beforeAll(async () => {
  database = await createMigratedDatabase();
  db = createDatabase(createPool(database.url, { max: 3, name: "test", onError: () => {} }));
  await db.query("insert into holdfast.users (id, email) values ($1, 'a@example.org')", [owner]);
  await db.query("insert into holdfast.segments (sha256, size) values ($1, $2)", [sha256, size]);
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

/** As every state could have it, under a lease, and long expired. */
async function make(state: string): Promise<string> {
  // Alone: what is expired is removed whichever it is.
  await db.query("delete from holdfast.uploads");
  const id = newId();
  const received = { begun: 0, receiving: 4 }[state] ?? size;
  await db.query(
    `insert into holdfast.uploads (id, user_id, space_id, parent_id, name, on_conflict, size, upload_offset, locked_by, expires_at, file_id,
       refused_code)
     values ($1, $2, $2, $2, 'name', 'fail', $3, $4, $5, now() - interval '1 day', $6, $7)`,
    [
      ...[id, owner, state === "begun" ? null : size, received, lease],
      ...[state === "finished" ? randomUUID() : null, state === "refused" ? "name_taken" : null],
    ],
  );
  if (state !== "finished" && received > 0) {
    await db.query("insert into holdfast.upload_segments (upload_id, start_at, size, sha256) values ($1, 0, $2, $3)", [
      ...[id, received, sha256],
    ]);
  }
  return id;
}

const segment = (startAt: number, bytes: number) => ({ startAt, size: bytes, sha256 });
/** True where it did what it says, false where it says that it is not allowed. */
const happens = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** The live file of this name with these bytes, which a lost answer was about. */
async function sameFile(id: string): Promise<string> {
  await db.query("delete from holdfast.files where parent_id is not null");
  const contentId = randomUUID();
  await db.query("insert into holdfast.contents (id, size) values ($1, $2)", [contentId, size]);
  await db.query("insert into holdfast.content_segments (content_id, start_at, size, sha256) values ($1, 0, $2, $3)", [
    ...[contentId, size, sha256],
  ]);
  await db.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind, file_size, content_id, version_id)
     values ($1, $2, $2, 'name', 'file', $3, $4, $1)`,
    [id, owner, size, contentId],
  );
  return id;
}

testTransitions({
  table: "uploads",
  stateOf: `case when file_id is not null then 'finished' when refused_code is not null then 'refused'
    when size > 0 and upload_offset = size then 'complete' when size is null and upload_offset = 0 then 'begun' else 'receiving' end`,
  states: ["begun", "receiving", "complete", "refused", "finished"],
  db: () => db,
  make,
  transitions: {
    "recordSegment, the last": {
      to: { begun: "complete", receiving: "complete" },
      run: (tx, id) => happens(states.recordSegment(tx, id, lease, segment(0, size))),
      given: "size = 10",
    },
    "recordSegment, not the last": {
      to: { begun: "receiving", receiving: "receiving" },
      run: (tx, id) => happens(states.recordSegment(tx, id, lease, segment(0, 5))),
    },
    "recordSegment without the lease": {
      to: {},
      run: (tx, id) => happens(states.recordSegment(tx, id, randomUUID(), segment(0, 5))),
    },
    setLength: {
      to: { begun: "receiving" },
      run: (_, id) => happens(db.transaction((tx) => states.setLength(tx, id, size))),
    },
    growReservation: { to: { begun: "begun" }, run: (tx, id) => queries.growReservation.count(tx, id, 5) },
    "finish with all bytes": {
      to: { complete: "finished", refused: "finished" },
      run: (_, id) => happens(db.transaction((tx) => states.finish(tx, id, randomUUID(), size))),
    },
    "finish without bytes": {
      to: { begun: "finished" },
      run: (_, id) => happens(db.transaction((tx) => states.finish(tx, id, randomUUID(), 0))),
    },
    finishAsSameFile: {
      to: { complete: "finished", refused: "finished" },
      run: async (tx, id) => {
        await sameFile(randomUUID());
        return queries.finishAsSameFile.first(tx, id, owner, "name", owner, size, false, null);
      },
    },
    refuse: {
      to: { complete: "refused", refused: "refused" },
      run: (tx, id) => queries.refuse.count(tx, id, "quota_exceeded", "why"),
    },
    discard: {
      to: { begun: "gone", receiving: "gone", complete: "gone", refused: "gone" },
      run: (tx, id) => queries.discard.count(tx, id, lease),
    },
    "discard without the lease": { to: {}, run: (tx, id) => queries.discard.count(tx, id, randomUUID()) },
    discardEmpty: { to: { begun: "gone" }, run: (tx, id) => queries.discardEmpty.count(tx, id) },
    "deleteExpired after its time": {
      to: { begun: "gone", receiving: "gone", refused: "gone", finished: "gone" },
      run: (tx) => queries.deleteExpired.count(tx),
    },
    "deleteExpired before its time": {
      to: {},
      run: (tx) => queries.deleteExpired.count(tx),
      given: "expires_at = now() + interval '1 hour'",
    },
    "deleteExpired of one whose folder is gone": {
      to: { begun: "gone", receiving: "gone" },
      run: (tx) => queries.deleteExpired.count(tx),
      given: "expires_at = now() + interval '1 hour', parent_id = null",
    },
  },
});

test("what is finished keeps no segments, takes no quota and is held by no request", async () => {
  const id = await make("complete");
  await db.transaction((tx) => states.finish(tx, id, randomUUID(), size));
  const { rows } = await db.query(
    `select reserved_bytes::int, locked_by, (select count(*)::int from holdfast.upload_segments where upload_id = u.id) as segments
     from holdfast.uploads u where id = $1`,
    [id],
  );
  expect(rows).toEqual([{ reserved_bytes: 0, locked_by: null, segments: 0 }]);
});
