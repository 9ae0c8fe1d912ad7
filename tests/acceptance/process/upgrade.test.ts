import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import {
  createAccessToken,
  createBackup,
  createBackupSchedule,
  createFolder,
  createShare,
  getFile,
  listAccessTokens,
  listBackupSchedules,
  listBackups,
  listFiles,
  listShares,
  listTrash,
  listVersions,
  me,
  restoreFile,
  setup,
} from "../../../packages/contract/src/index.ts";
import { checkOut, formerCommit } from "../../support/former-release.ts";
import { type Person, personOf, registerPerson, signIn } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";
import { backupEnded, restoreAndWait } from "../backups/support.ts";

/**
 * An installation of the last release, with something of everything in it, is stopped, and this version starts on its data
 * folder: all of it is still there, and works.
 */
const former = formerCommit();
if (former.commit === null) console.log(`The upgrade is not tested: ${former.reason}.`);

const password = "correct horse battery";
/** More than one segment. */
const large = randomBytes(17 * 1024 * 1024);
const half = randomBytes(64 * 1024);

describe.skipIf(former.commit === null)("after an upgrade from the last release", () => {
  let dataDir: string;
  let product: Product;
  let admin: Person;
  let before: Awaited<ReturnType<typeof fill>>;

  beforeAll(async () => {
    const checkout = checkOut(former.commit as string);
    dataDir = await mkdtemp(join(tmpdir(), "holdfast-upgrade-"));
    product = await startProduct({ dataDir, checkout, env: { SIGNUP: "open" } });
    before = await fill(product);
    await product.stop();
    product = await startProduct({ dataDir, env: { SIGNUP: "open" } });
    admin = await signIn(product.url, "admin@example.org", password);
  }, 600_000);
  afterAll(async () => {
    await product?.stop();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  test("accounts, sessions and personal tokens sign in", async () => {
    expect(admin.user).toMatchObject({ id: before.userId, email: "admin@example.org", role: "admin" });
    const session = createClient({
      baseUrl: product.url,
      headers: () => ({ authorization: `Bearer ${before.session}` }),
    });
    expect((await session(me, {})).id).toBe(before.userId);
    const program = createClient({
      baseUrl: product.url,
      headers: () => ({ authorization: `Bearer ${before.token}` }),
    });
    expect((await program(listFiles, {})).items.map(({ name }) => name)).toContain("Folder");
    expect((await admin.call(listAccessTokens, {})).items).toMatchObject([
      { name: "a program", scopes: ["files:read"] },
    ]);
    const other = await signIn(product.url, "other@example.org", password);
    expect((await other.call(listFiles, {})).items).toMatchObject([{ name: "other.txt" }]);
    expect((await other.fetch(`/api/v1/files/${before.large.id}`)).status).toBe(404);
  });

  test("files, folders, versions and what they use are as they were", async () => {
    const { items } = await admin.call(listFiles, { query: { parentId: before.folderId } });
    expect(items.map(({ name }) => name)).toEqual(["large.bin", "note.txt"]);
    expect((await admin.call(getFile, { params: { id: before.large.id } })).filePath).toBe("/Folder/large.bin");
    expect((await admin.read(before.large.id)).equals(large)).toBe(true);
    expect((await admin.read(before.noteId)).toString()).toBe("the second");
    const versions = (await admin.call(listVersions, { params: { id: before.noteId } })).items;
    expect(versions.map(({ fileSize }) => fileSize)).toEqual(before.versionSizes);
    expect((await admin.call(me, {})).usedBytes).toBe(before.usedBytes);
  });

  test("what is in the trash is put back", async () => {
    expect((await admin.call(listTrash, {})).items).toMatchObject([
      { name: "thrown away.txt", originalPath: "/thrown away.txt" },
    ]);
    await admin.call(restoreFile, { params: { id: before.trashedId }, body: {} });
    expect((await admin.read(before.trashedId)).toString()).toBe("thrown away");
  });

  test("links open at their address, ask for their password and count on", async () => {
    const open = (token: string, headers = {}) =>
      fetch(`${product.url}/api/v1/public/shares/${token}/content`, { headers });
    expect(await (await open(before.links.open)).text()).toBe("the second");
    expect((await open(before.links.closed)).status).toBe(401);
    expect((await open(before.links.closed, { "share-password": "wrong" })).status).toBe(401);
    expect(await (await open(before.links.closed, { "share-password": "sesame" })).text()).toBe("the second");
    // One of two downloads was used before.
    expect(await (await open(before.links.limited)).text()).toBe("the second");
    expect((await open(before.links.limited)).status).toBe(410);
    const counts = (await admin.call(listShares, {})).items.map(({ token, downloadCount }) => [token, downloadCount]);
    expect(new Map(counts as [string, number][]).get(before.links.limited)).toBe(2);
  });

  test("an upload continues where it was and becomes the file", async () => {
    const head = await tus(admin, "HEAD", before.upload);
    expect(head.headers.get("upload-offset")).toBe(String(half.length));
    const answer = await tus(admin, "PATCH", before.upload, { headers: { "upload-offset": half.length }, body: half });
    expect(answer.status, await answer.text()).toBe(204);
    const file = (await admin.call(listFiles, {})).items.find(({ name }) => name === "in two halves.bin");
    expect((await admin.read(file?.id as string)).equals(Buffer.concat([half, half]))).toBe(true);
  });

  test("backups are restored, the next one follows them, and the schedule stands", async () => {
    const schedules = (await admin.call(listBackupSchedules, {})).items;
    expect(schedules).toMatchObject([{ id: before.scheduleId, enabled: true, retention: { daily: 3 } }]);
    const old = (await admin.call(listBackups, {})).items;
    expect(old).toMatchObject([{ id: before.backupId, status: "completed" }]);
    const restored = await restoreAndWait(admin, before.backupId);
    expect(restored).toMatchObject({ status: "completed", error: null });
    const { items } = await admin.call(listFiles, { query: { parentId: restored.folderId as string } });
    expect(items.map(({ name }) => name)).toContain("Folder");
    const { id } = await admin.call(createBackup, { body: { withVersions: true } });
    expect(await backupEnded(admin, id)).toMatchObject({ status: "completed", error: null });
  });
});

/** Something of everything, and what must be found again. */
async function fill(running: Product) {
  const call = createClient({ baseUrl: running.url });
  const body = {
    token: running.setupToken as string,
    email: "admin@example.org",
    password,
    transport: "bearer" as const,
  };
  const owner = personOf(running.url, await call(setup, { body }));
  const folder = await owner.call(createFolder, { body: { name: "Folder" } });
  const note = await owner.put("note.txt", "the first one", { parentId: folder.id });
  await owner.put("note.txt", "the second", { parentId: folder.id, onConflict: "replace" });
  const stored = await owner.put("large.bin", large, { parentId: folder.id });
  const trashed = await owner.put("thrown away.txt", "thrown away");
  await owner.fetch(`/api/v1/files/${trashed.id}`, { method: "DELETE" });
  const link = async (more: object) =>
    (await owner.call(createShare, { body: { fileId: note.id, linkType: "permanent", ...more } })).token;
  const links = {
    open: await link({}),
    closed: await link({ password: "sesame" }),
    limited: await link({ maxDownloads: 2 }),
  };
  await (await fetch(`${running.url}/api/v1/public/shares/${links.limited}/content`)).text();
  const { id: backupId } = await owner.call(createBackup, { body: { withVersions: true } });
  const backup = await backupEnded(owner, backupId);
  if (backup.status !== "completed") throw new Error(JSON.stringify(backup));
  const schedule = await owner.call(createBackupSchedule, {
    body: { cron: "0 3 * * *", timeZone: "UTC", retention: { daily: 3 } },
  });
  const { token } = await owner.call(createAccessToken, { body: { name: "a program", scopes: ["files:read"] } });
  const created = await tus(owner, "POST", "/api/v1/uploads", {
    headers: { "upload-length": 2 * half.length, "upload-metadata": metadataOf({ filename: "in two halves.bin" }) },
  });
  const upload = new URL(created.headers.get("location") as string, running.url).pathname;
  await tus(owner, "PATCH", upload, { headers: { "upload-offset": 0 }, body: half });
  await registerOther(running.url);
  return {
    ...{ links, backupId, token, upload },
    userId: owner.id,
    session: owner.token,
    folderId: folder.id,
    noteId: note.id,
    large: stored,
    trashedId: trashed.id,
    scheduleId: schedule.id,
    versionSizes: (await owner.call(listVersions, { params: { id: note.id } })).items.map(({ fileSize }) => fileSize),
    usedBytes: (await owner.call(me, {})).usedBytes,
  };
}

async function registerOther(url: string): Promise<void> {
  const other = await registerPerson(url, "other");
  await other.put("other.txt", "other");
}
