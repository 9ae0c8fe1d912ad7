import { afterAll, beforeAll } from "vitest";
import { testTransitions } from "../../../platform/database/testing/transitions.ts";
import { newId } from "../../../platform/ids.ts";
import { type PersonRows, startPersonRows } from "../snapshot/testing/person-rows.ts";
import * as states from "./rehearsal-states.queries.ts";

let rows: PersonRows;
const backupId = newId();

beforeAll(async () => {
  rows = await startPersonRows();
  await rows.db.query(
    `insert into holdfast.backups (id, scope, backup_type, target_id, storage_location, status)
     values ($1, 'instance', 'one_click', $2, 'here', 'completed')`,
    [backupId, rows.targetId],
  );
});
afterAll(() => rows.end());

testTransitions({
  table: "rehearsals",
  states: ["running", "completed", "failed"],
  db: () => rows.db,
  async make(state) {
    await rows.db.query("delete from holdfast.rehearsals");
    const id = newId();
    await states.beginRehearsal.count(rows.db, id, backupId);
    await rows.db.query("update holdfast.rehearsals set status = $2 where id = $1", [id, state]);
    return id;
  },
  transitions: {
    completeRehearsal: {
      to: { running: "completed" },
      run: (db, id) => states.completeRehearsal.count(db, id, 1, 1, 1),
    },
    failRehearsal: { to: { running: "failed" }, run: (db, id) => states.failRehearsal.count(db, id, "why") },
    failAbandonedRehearsals: {
      to: { running: "failed" },
      run: (db) => states.failAbandonedRehearsals.count(db, "why"),
    },
  },
});
