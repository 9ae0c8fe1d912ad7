import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createBackup,
  createBackupSchedule,
  createFolder,
  deleteBackup,
  getBackup,
  getRestore,
  getSpace,
  listBackupFiles,
  listBackupSchedules,
  listBackups,
  listFiles,
  me,
  restoreBackup,
  type Space,
} from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../../support/server.ts";
import { giveRole, takeRole } from "../../matrix/roles/grants.ts";
import { newTeam } from "./support.ts";

/** Backups of a team are its managers'. */
let server: TestServer;
let ada: Person;
let bob: Person;
let editor: Person;
let team: Space;
beforeAll(async () => {
  server = await startServer();
  [ada, bob, editor] = await Promise.all([server.person("ada"), server.person("bob"), server.person("editor")]);
  team = await newTeam(
    server.services.pool,
    ada,
    [
      [bob, "manager"],
      [editor, "editor"],
    ],
    "Club / garden",
  );
});
afterAll(() => server.close());

const done = (person: Person, id: string) =>
  eventually(async () => {
    const backup = await person.call(getBackup, { params: { id } });
    if (backup.status === "failed") throw new Error(backup.error ?? "failed");
    return backup.status === "completed" ? backup : null;
  }, 60_000);

const restored = (person: Person, id: string) =>
  eventually(async () => {
    const restore = await person.call(getRestore, { params: { id } });
    if (restore.status === "failed") throw new Error(restore.error ?? "failed");
    return restore.status === "completed" ? restore : null;
  }, 60_000);

async function backUp(person: Person): Promise<string> {
  const body = { scope: "space" as const, spaceId: team.id };
  return (await person.call(createBackup, { body })).id;
}

test("made by one manager, listed, looked into and restored by another, into the team", async () => {
  const folder = await editor.call(createFolder, { body: { name: "Minutes", parentId: team.id } });
  const file = await editor.put("may.txt", "as it was", { parentId: folder.id });
  await ada.put("ada's own.txt", "not the team's");
  const backup = await done(ada, await backUp(ada));
  expect(backup).toMatchObject({ scope: "space", userId: team.id, filesTotal: 1 });
  const query = { scope: "space" as const, spaceId: team.id };
  expect((await bob.call(listBackups, { query })).items.map(({ id }) => id)).toEqual([backup.id]);
  expect((await ada.call(listBackups, {})).items).toEqual([]);
  const inside = await bob.call(listBackupFiles, { params: { id: backup.id }, query: { path: "Minutes" } });
  expect(inside.items.map(({ name }) => name)).toEqual(["may.txt"]);

  await editor.put("may.txt", "as it became", { parentId: folder.id, onConflict: "replace" });
  const body = { mode: "in-place" as const, newer: "replace" as const };
  await restored(bob, (await bob.call(restoreBackup, { params: { id: backup.id }, body })).id);
  expect((await editor.read(file.id)).toString()).toBe("as it was");

  await bob.fetch(`/api/v1/files/${folder.id}?permanent=true`, { method: "DELETE" });
  const second = await bob.call(restoreBackup, { params: { id: backup.id }, body: {} });
  const { folderId } = await restored(bob, second.id);
  const [back] = (await editor.call(listFiles, { query: { parentId: folderId as string } })).items;
  expect(back).toMatchObject({ name: "Minutes", spaceId: team.id });
  expect((await bob.call(listFiles, {})).items).toEqual([]);
  expect((await bob.call(me)).usedBytes).toBe(0);
  expect((await bob.call(getSpace, { params: { id: team.id } })).usedBytes).toBeGreaterThan(0);
});

test("nobody else's: not an editor's, not an administrator's, and not a former manager's", async () => {
  const { id } = await done(ada, await backUp(ada));
  const query = { scope: "space" as const, spaceId: team.id };
  await expect(backUp(editor)).rejects.toMatchObject({ status: 403 });
  await expect(editor.call(listBackups, { query })).rejects.toMatchObject({ status: 403 });
  await expect(backUp(server.admin)).rejects.toMatchObject({ status: 404 });
  const person = await server.person();
  for (const stranger of [editor, server.admin, person]) {
    for (const path of [`backups/${id}`, `backups/${id}/files`, `backups/${id}/archive`])
      expect((await stranger.fetch(`/api/v1/${path}`)).status).toBe(404);
    await expect(stranger.call(restoreBackup, { params: { id }, body: {} })).rejects.toMatchObject({ status: 404 });
    await expect(stranger.call(deleteBackup, { params: { id } })).rejects.toMatchObject({ status: 404 });
  }
  for (const body of [{ scope: "space" as const }, { spaceId: team.id }])
    await expect(ada.call(createBackup, { body })).rejects.toMatchObject({ status: 400 });
  const former = await server.person();
  await giveRole(server.services.pool, former, team.id, "manager");
  expect((await former.call(getBackup, { params: { id } })).id).toBe(id);
  await takeRole(server.services.pool, former, team.id);
  await expect(former.call(getBackup, { params: { id } })).rejects.toMatchObject({ status: 404 });
  await ada.call(deleteBackup, { params: { id } });
});

test("by a schedule, which every manager sees, and which stops with the team", async () => {
  const body = { scope: "space" as const, spaceId: team.id, preset: "daily" as const, withVersions: true };
  await expect(editor.call(createBackupSchedule, { body })).rejects.toMatchObject({ status: 403 });
  const schedule = await ada.call(createBackupSchedule, { body });
  expect(schedule).toMatchObject({ scope: "space", userId: team.id, withVersions: true });
  const idsOf = async (person: Person) => (await person.call(listBackupSchedules, {})).items.map(({ id }) => id);
  expect([await idsOf(bob), await idsOf(editor)]).toEqual([[schedule.id], []]);
  const due = () =>
    server.services.pool.query("update holdfast.backup_schedules set next_run_at = now() - interval '1 minute'");
  await due();
  await server.runJob("backups.tick");
  const query = { scope: "space" as const, spaceId: team.id };
  const count = async () =>
    (await ada.call(listBackups, { query })).items.filter(({ scheduleId }) => scheduleId === schedule.id).length;
  expect(await count()).toBe(1);
  await done(ada, (await ada.call(listBackups, { query })).items[0]?.id as string);
  await server.services.pool.query("update holdfast.spaces set deleted_at = now() where id = $1", [team.id]);
  await due();
  await server.runJob("backups.tick");
  await server.services.pool.query("update holdfast.spaces set deleted_at = null where id = $1", [team.id]);
  expect(await count()).toBe(1);
});
