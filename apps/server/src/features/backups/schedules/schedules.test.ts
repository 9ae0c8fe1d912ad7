import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../../platform/ids.ts";
import { type PersonRows, startPersonRows } from "../snapshot/testing/person-rows.ts";
import { findSchedule, insertSchedule, lockDue, recordRun } from "./schedules.queries.ts";

let rows: PersonRows;
const now = new Date("2026-11-29T12:00:00Z");
const later = new Date("2026-11-29T13:00:00Z");

beforeAll(async () => {
  rows = await startPersonRows();
});
afterAll(() => rows.end());

async function make(nextRunAt: Date | null, enabled: boolean): Promise<string> {
  await rows.db.query("delete from holdfast.backup_schedules");
  const id = newId();
  const when = ["account", rows.person, "0 * * * *", "UTC", "{}", rows.targetId] as const;
  await insertSchedule.count(rows.db, id, ...when, enabled, false, nextRunAt);
  return id;
}

const due = async (): Promise<string | undefined> => (await lockDue.first(rows.db, now))?.id;

test("one whose time has come is due, until its next time is set", async () => {
  const id = await make(now, true);
  expect(await due()).toBe(id);
  expect(await recordRun.count(rows.db, id, later, now)).toBe(1);
  expect(await due()).toBeUndefined();
  expect(await findSchedule.first(rows.db, id)).toMatchObject({ next_run_at: later, last_run_at: now });
});

test("one whose time is to come, or that has none, is not due", async () => {
  await make(later, true);
  expect(await due()).toBeUndefined();
  await make(null, true);
  expect(await due()).toBeUndefined();
});

test("one that is off is never due, and cannot run", async () => {
  const id = await make(now, false);
  expect(await due()).toBeUndefined();
  expect(await recordRun.count(rows.db, id, later, now)).toBe(0);
  expect(await findSchedule.first(rows.db, id)).toMatchObject({ next_run_at: now, last_run_at: null });
});

test("one of a user who is gone is not due", async () => {
  await make(now, true);
  await rows.db.query("update holdfast.users set deleted_at = now()");
  expect(await due()).toBeUndefined();
  await rows.db.query("update holdfast.users set deleted_at = null");
});

test("one that another worker has locked is not due for this one", async () => {
  const id = await make(now, true);
  await rows.db.transaction(async (tx) => {
    expect((await lockDue.first(tx, now))?.id).toBe(id);
    expect(await due()).toBeUndefined();
  });
});
