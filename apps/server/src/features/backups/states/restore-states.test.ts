import { afterAll, beforeAll } from "vitest";
import { testTransitions } from "../../../platform/database/testing/transitions.ts";
import { newId } from "../../../platform/ids.ts";
import { type PersonRows, startPersonRows } from "../snapshot/testing/person-rows.ts";
import { beat } from "./heartbeat.queries.ts";
import * as queries from "./restore-states.queries.ts";
import * as states from "./restore-states.ts";

let rows: PersonRows;
const backupId = newId();

beforeAll(async () => {
  rows = await startPersonRows();
  await rows.db.query(
    `insert into holdfast.backups (id, scope, user_id, backup_type, target_id, storage_location, status)
     values ($1, 'account', $2, 'one_click', $3, 'here', 'completed')`,
    [backupId, rows.person, rows.targetId],
  );
});
afterAll(() => rows.end());

testTransitions({
  table: "restores",
  states: ["queued", "running", "completed", "failed", "cancelled"],
  db: () => rows.db,
  async make(state) {
    await rows.db.query("delete from holdfast.restores");
    const id = newId();
    await states.insertRestore.count(rows.db, id, rows.person, backupId, "files", "in-place", "keep", null, null);
    await rows.db.query("update holdfast.restores set status = $2, attempts = 1 where id = $1", [id, state]);
    return id;
  },
  transitions: {
    beginRestore: { to: { queued: "running", running: "running" }, run: (db, id) => states.beginRestore(db, id) },
    beat: { to: { running: "running" }, run: (db, id) => beat.of({ table: "restores", counts: [] }).first(db, id) },
    requeueRestore: { to: { running: "queued" }, run: (db, id) => states.requeueRestore(db, id, 0) },
    "endRestore completed": {
      to: { running: "completed" },
      run: (db, id) => states.endRestore(db, id, "completed", null),
    },
    "endRestore failed": { to: { running: "failed" }, run: (db, id) => states.endRestore(db, id, "failed", "why") },
    "endRestore cancelled": {
      to: { running: "cancelled" },
      run: (db, id) => states.endRestore(db, id, "cancelled", null),
    },
    cancelRestore: { to: { queued: "cancelled", running: "running" }, run: (db, id) => states.cancelRestore(db, id) },
    failAbandoned: { to: { queued: "failed", running: "failed" }, run: (db) => queries.failAbandoned.count(db, "why") },
    recordKept: { to: { running: "running" }, run: (db, id) => states.recordKept.count(db, id, "[]") },
    recordFolder: { to: { running: "running" }, run: (db, id) => states.recordFolder.count(db, id, newId(), null) },
  },
});
