import { afterAll, beforeAll, expect, test } from "vitest";
import { testTransitions } from "../../../platform/database/testing/transitions.ts";
import { newId } from "../../../platform/ids.ts";
import { findWork } from "../backups.queries.ts";
import { type PersonRows, startPersonRows } from "../snapshot/testing/person-rows.ts";
import * as queries from "./backup-states.queries.ts";
import * as states from "./backup-states.ts";
import { beat } from "./heartbeat.queries.ts";

let rows: PersonRows;

beforeAll(async () => {
  rows = await startPersonRows();
});
afterAll(() => rows.end());

/** As every state could have it: with a snapshot, heard of long ago and ended long ago. */
async function make(state: string): Promise<string> {
  // Alone: transitions of many rows are asked about this one.
  await rows.db.query("delete from holdfast.backups");
  const id = newId();
  await rows.db.query(
    `insert into holdfast.backups (id, scope, user_id, backup_type, target_id, storage_location, status, snapshot_id, tree_id, attempts,
       finished_at, deleted_at)
     values ($1, 'account', $2, 'one_click', $3, 'here', $4, 'a snapshot', 'a tree', 1, now() - interval '40 days', $5)`,
    [
      id,
      rows.person,
      rows.targetId,
      state === "deleted" ? "completed" : state,
      state === "deleted" ? new Date() : null,
    ],
  );
  return id;
}

const stored = { snapshotId: "s", treeId: "t", rootPath: "", at: new Date(), files: 1, bytes: 1, added: 1 };

testTransitions({
  table: "backups",
  states: ["queued", "running", "completed", "failed", "cancelled", "deleted"],
  db: () => rows.db,
  make,
  transitions: {
    joinQueued: {
      to: { queued: "queued" },
      run: (db) => queries.joinQueued.first(db, rows.person, rows.targetId, null, false),
    },
    "joinQueued with versions": {
      to: { queued: "queued" },
      run: (db) => queries.joinQueued.first(db, rows.person, rows.targetId, null, true),
      given: "with_versions = true",
    },
    keepWaiting: { to: { queued: "queued" }, run: (db, id) => queries.wait.count(db, id) },
    beginBackup: { to: { queued: "running", running: "running" }, run: (db, id) => states.beginBackup(db, id) },
    "beginBackup of one to be cancelled": {
      to: { queued: "cancelled", running: "cancelled" },
      run: (db, id) => states.beginBackup(db, id),
      given: "cancel_requested = true",
    },
    beat: { to: { running: "running" }, run: (db, id) => beat.of({ table: "backups", counts: [] }).first(db, id) },
    recordSnapshot: { to: { running: "running" }, run: (db, id) => states.recordSnapshot(db, id, stored) },
    beginProof: { to: { running: "running" }, run: (db, id) => states.beginProof(db, id) },
    requeueBackup: { to: { running: "queued" }, run: (db, id) => states.requeueBackup(db, id, null) },
    "endBackup completed": { to: { running: "completed" }, run: (db, id) => states.endBackup(db, id, "completed") },
    "endBackup failed": { to: { running: "failed" }, run: (db, id) => states.endBackup(db, id, "failed", "why") },
    "endBackup cancelled": { to: { running: "cancelled" }, run: (db, id) => states.endBackup(db, id, "cancelled") },
    cancelBackup: {
      to: { queued: "cancelled", running: "running" },
      run: (db, id) => queries.requestCancel.count(db, id),
    },
    failAbandoned: {
      to: { queued: "failed", running: "failed" },
      run: (db) => queries.failAbandoned.count(db, "why"),
    },
    deleteBackups: {
      to: { completed: "deleted", failed: "deleted", cancelled: "deleted" },
      run: (db, id) => states.deleteBackups(db, [id]),
    },
    forgetOrphans: {
      to: { completed: "deleted", failed: "deleted", cancelled: "deleted" },
      run: (db) => queries.forgetOrphans.count(db, rows.targetId),
      given: "user_id = null",
    },
    dropSnapshots: {
      to: { cancelled: "cancelled", deleted: "deleted" },
      run: (db, id) => queries.dropSnapshots.count(db, [id]),
    },
    requestProof: { to: { completed: "completed" }, run: (db, id) => states.requestProof(db, id) },
    recordProof: {
      to: { running: "running", completed: "completed", deleted: "deleted" },
      run: (db, id) => queries.recordProof.count(db, id, null),
    },
    recordProofError: {
      to: { completed: "completed", deleted: "deleted" },
      run: (db, id) => queries.recordProofError.count(db, id, "why"),
    },
    endProof: { to: { completed: "completed", deleted: "deleted" }, run: (db, id) => queries.endProof.count(db, id) },
  },
});

test("one that was begun before, and may have its snapshot, does not serve who asks for versions", async () => {
  await make("queued");
  expect(await queries.joinQueued.first(rows.db, rows.person, rows.targetId, null, true)).toBeUndefined();
});

test("a queued one that is cancelled has ended; a running one goes on until its worker learns of it", async () => {
  const queued = await make("queued");
  expect(await rows.db.transaction((tx) => states.cancelBackup(tx, queued))).toBe(true);
  const cancelled = await findWork.first(rows.db, queued);
  expect(cancelled).toMatchObject({ status: "cancelled", phase: null, finished_at: expect.any(Date) });
  const running = await make("running");
  expect(await rows.db.transaction((tx) => states.cancelBackup(tx, running))).toBe(true);
  const heard = await beat.of({ table: "backups", counts: [] }).first(rows.db, running);
  expect(heard).toEqual({ cancel_requested: true });
});

test("attempts that were no failure of its own do not count", async () => {
  const id = await make("queued");
  expect((await states.beginBackup(rows.db, id))?.attempts).toBe(2);
  await states.requeueBackup(rows.db, id, null, 1);
  expect((await states.beginBackup(rows.db, id))?.attempts).toBe(2);
  await states.requeueBackup(rows.db, id, null);
  expect((await states.beginBackup(rows.db, id))?.attempts).toBe(3);
});
