import { execFile } from "node:child_process";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createBackup,
  createBackupSchedule,
  createBackupTarget,
  createFolder,
  createShare,
  deleteFile,
  type File,
  listBackupSchedules,
  listBackups,
  listBackupTargets,
  listShareAccesses,
  listTrash,
  listVersions,
  restoreFile,
  type Share,
  updateBackupTarget,
} from "../../../packages/contract/src/index.ts";
import { type Person, registerPerson, signIn } from "../../support/person.ts";
import { type Drill, holdfast, inParallel, makeTeamOf, readEverything, rowsOf, startDrill } from "./drill.ts";
import { backUp, backupEnded, passwordOf, sha256 } from "./support.ts";

/** The whole drill: `HOLDFAST_DRILL_FILES=20000`. */
const FILES = Number(process.env.HOLDFAST_DRILL_FILES ?? 1_000);
const FOLDERS = 40;

let drill: Drill;

beforeAll(async () => {
  drill = await startDrill();
});
afterAll(() => drill?.end());

interface Filled {
  ann: Person;
  admin: Person;
  /** What each of them sees, by path, with the hashes of the bytes that were sent. */
  seen: Map<string, Map<string, string>>;
  versions: File;
  locked: Share;
  limited: Share;
  /** Of a team: what its readers see, and what a folder keeps from them. */
  ofTeam: { open: File; closed: File };
}

const download = (share: Share, headers: Record<string, string> = {}) =>
  fetch(`${drill.product.url}/api/v1/public/shares/${share.token}/content`, { headers }).then(async (answer) => ({
    status: answer.status,
    text: answer.ok ? await answer.text() : null,
  }));

async function fill(): Promise<Filled> {
  const admin = await signIn(drill.product.url, "admin@example.org");
  const ann = await registerPerson(drill.product.url, "ann");
  const seen = new Map<string, Map<string, string>>();
  for (const person of [ann, admin]) {
    const paths = new Map<string, string>();
    seen.set(person.email, paths);
    const folders = await Promise.all(
      Array.from({ length: FOLDERS }, async (_, i) => {
        const { id, name } = await person.call(createFolder, { body: { name: `folder ${i}` } });
        return { id, name };
      }),
    );
    const numbers = Array.from({ length: FILES / 2 }, (_, i) => i);
    await inParallel(16, numbers, async (i) => {
      const bytes = Buffer.from(`${person.email} ${i} `.repeat(1 + (i % 300)));
      const { id, name } = folders[i % FOLDERS]!;
      await person.put(`file ${i}.txt`, bytes, { parentId: id });
      paths.set(`${name}/file ${i}.txt`, sha256(bytes));
    });
  }
  const mine = seen.get(ann.email)!;
  const versions = await ann.put("versions.txt", "first version");
  await ann.put("versions.txt", "second version", { onConflict: "replace" });
  mine.set("versions.txt", sha256(Buffer.from("second version")));
  const trashed = await ann.put("trashed.txt", "only in the trash");
  await ann.call(deleteFile, { params: { id: trashed.id }, query: {} });
  mine.set("trash:trashed.txt", "");
  const share = (limits: { password?: string; maxDownloads?: number }) =>
    ann.call(createShare, { body: { fileId: versions.id, linkType: "permanent", ...limits } });
  const locked = await share({ password: "open sesame" });
  const limited = await share({ maxDownloads: 3 });
  expect((await download(limited)).status).toBe(200);
  // Written a moment after the download: before the instant of the backup here.
  const noted = async () => (await ann.call(listShareAccesses, { params: { id: limited.id } })).items.length;
  await expect.poll(noted, { timeout: 20_000 }).toBe(1);
  await ann.call(createBackupSchedule, {
    body: { preset: "weekly", timeZone: "Europe/Berlin", retention: { last: 5 } },
  });
  const { team, stopped } = await makeTeamOf(drill.dataDir, ann, admin);
  const ofTeam = {
    open: await ann.put("team.txt", "bytes that are the team's alone", { parentId: team }),
    closed: await ann.put("closed.txt", "bytes that its readers do not see", { parentId: stopped }),
  };
  return { ann, admin, seen, versions, locked, limited, ofTeam };
}

test(`an instance of ${FILES} files comes back from its backup alone: sign-ins, every row, every byte, versions, trash, links`, {
  timeout: 900_000,
}, async () => {
  const began = performance.now();
  const step = (name: string) => {
    console.log(`${FILES} files: ${name} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  };
  const { ann, admin, seen, versions, locked, limited, ofTeam } = await fill();
  step("filled");
  const safe = join(drill.folder, "safe");
  // The one in the data folder holds a repository, which is lost with it.
  await backUp(ann);
  const { id: targetId } = await admin.call(createBackupTarget, {
    body: { kind: "local", name: "Safe", folder: safe },
  });
  const { id } = await admin.call(createBackup, { body: { scope: "instance", targetId } });
  const backup = await backupEnded(admin, id);
  expect(backup).toMatchObject({ status: "completed", filesDone: FILES + 3, scope: "instance", error: null });
  expect(backup.verifiedAt).not.toBeNull();
  step("backed up and verified");
  const before = await rowsOf(drill.dataDir);
  const password = passwordOf(drill.dataDir);
  const kit = await holdfast(drill.dataDir, "key");
  expect(kit.output).toContain(password);
  expect(kit.output).toContain(safe);

  const passwordFile = await drill.lose();
  const wrong = join(drill.folder, "wrong.txt");
  await writeFile(wrong, "not the password\n");
  const withWrong = await holdfast(drill.dataDir, "restore", "--target", safe, "--password-file", wrong);
  expect(withWrong).toMatchObject({ code: 1, output: expect.stringContaining("does not open these backups") });
  const listed = await holdfast(drill.dataDir, "snapshots", "--target", safe, "--password-file", passwordFile);
  expect(listed.output).toContain(backup.snapshotId?.slice(0, 8));
  step("lost");
  const restored = await holdfast(drill.dataDir, "restore", "--target", safe, "--password-file", passwordFile);
  expect(restored).toMatchObject({ code: 0, output: expect.stringContaining("all checked") });

  step("restored");
  await drill.start();
  const after = await rowsOf(drill.dataDir);
  for (const [table, rows] of before) expect([table, after.get(table)]).toEqual([table, rows]);
  expect([...after.keys()]).toEqual([...before.keys()]);
  expect(passwordOf(drill.dataDir)).toBe(password);
  step(`started, rows of ${before.size} tables compared`);
  const again = await signIn(drill.product.url, ann.email);
  const adminAgain = await signIn(drill.product.url, "admin@example.org");
  expect(again.id).toBe(ann.id);
  for (const person of [again, adminAgain]) expect(await readEverything(person)).toEqual(seen.get(person.email));
  step("read back");
  expect((await again.read(ofTeam.closed.id)).toString()).toBe("bytes that its readers do not see");
  expect((await adminAgain.read(ofTeam.open.id)).toString()).toBe("bytes that are the team's alone");
  expect((await adminAgain.fetch(`/api/v1/files/${ofTeam.closed.id}`)).status).toBe(404);
  const { items: older } = await again.call(listVersions, { params: { id: versions.id } });
  expect(older).toHaveLength(2);
  expect((await again.read(versions.id, `?version=${older[1]!.id}`)).toString()).toBe("first version");
  const { items: trash } = await again.call(listTrash, {});
  await again.call(restoreFile, { params: { id: trash[0]!.id }, body: {} });
  expect((await again.read(trash[0]!.id)).toString()).toBe("only in the trash");
  expect((await download(locked)).status).toBe(401);
  expect((await download(locked, { "share-password": "open says me" })).status).toBe(401);
  expect((await download(locked, { "share-password": "open sesame" })).text).toBe("second version");
  // One of three downloads was taken before the loss.
  const left = [await download(limited), await download(limited), await download(limited)];
  expect(left.map(({ status }) => status)).toEqual([200, 200, 410]);
  const schedules = await again.call(listBackupSchedules, {});
  expect(schedules.items).toMatchObject([{ timeZone: "Europe/Berlin", retention: { last: 5 }, enabled: true }]);

  // A second restore would overwrite people: it is refused.
  await drill.product.stop();
  const refused = await holdfast(drill.dataDir, "restore", "--target", safe, "--password-file", passwordFile);
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("accounts here already") });
  await drill.start();

  // The installation goes on: its backup is in the list, and the next one finds all bytes in the target.
  const back = await signIn(drill.product.url, "admin@example.org");
  const { items: known } = await back.call(listBackups, { query: { scope: "instance" } });
  expect(known[0]).toMatchObject({ id: backup.id, status: "completed", snapshotId: backup.snapshotId });
  expect((await back.call(listBackupTargets, {})).items.map(({ name }) => name)).toEqual(["This server", "Safe"]);
  const { id: next } = await back.call(createBackup, { body: { scope: "instance", targetId } });
  expect(await backupEnded(back, next)).toMatchObject({ status: "completed", error: null });
  // The target in the new data folder begins with a new repository, and does not ask for the lost one.
  await backUp(back, "instance");
  expect((await again.call(listBackups, {})).items).toEqual([]);
  step("backed up again");
});

test("a password that is lost is replaced from the command line, beside the running server", async () => {
  const args = ["user", "reset-password", "ann@example.org", "--password", "a new long password"];
  expect(await holdfast(drill.dataDir, ...args)).toMatchObject({ code: 0 });
  expect((await signIn(drill.product.url, "ann@example.org", "a new long password")).email).toBe("ann@example.org");
});

test("the command line backs up an account, with earlier versions and the trash where it is told to", async () => {
  const account = ["backup", "--account", "ann@example.org"];
  const plain = await holdfast(drill.dataDir, ...account);
  const more = await holdfast(drill.dataDir, ...account, "--with-versions");
  const filesIn = ({ output }: { output: string }) => Number(/ (\d+) files, \d+ bytes, verified$/m.exec(output)?.[1]);
  expect([plain.code, more.code]).toEqual([0, 0]);
  expect(filesIn(more)).toBeGreaterThan(filesIn(plain));
  const refused = await holdfast(drill.dataDir, "backup", "--with-versions");
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("name an --account") });
});

test("the command line's default target is the one that is marked as the default", async () => {
  const admin = await signIn(drill.product.url, "admin@example.org");
  const { items: targets } = await admin.call(listBackupTargets, {});
  const safe = targets.find(({ name }) => name === "Safe")!;
  await admin.call(updateBackupTarget, { params: { id: safe.id }, body: { isDefault: true } });
  const { items } = await admin.call(listBackups, { query: { scope: "instance" } });
  const there = items.find(({ targetId, snapshotId }) => targetId === safe.id && snapshotId !== null)!;
  const named = await holdfast(drill.dataDir, "snapshots", ...["--target", join(drill.folder, "safe")]);
  expect(named.output).toContain(there.snapshotId!.slice(0, 8));
  // Beside the running server, and without it.
  expect(await holdfast(drill.dataDir, "snapshots")).toEqual(named);
  await drill.product.stop();
  expect(await holdfast(drill.dataDir, "snapshots")).toEqual(named);
  const verified = await holdfast(drill.dataDir, "verify");
  expect(verified).toMatchObject({ code: 0, output: expect.stringContaining("no errors") });
  expect((await holdfast(drill.dataDir, "prune", "--preview")).code).toBe(0);
  const refused = await holdfast(drill.dataDir, "snapshots", "--password-file", join(drill.folder, "password.txt"));
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("Name the --target") });
  await drill.start();
}, 120_000);

test("a damaged target says so", async () => {
  const copy = join(drill.folder, "copy");
  await cp(join(drill.folder, "safe"), copy, { recursive: true });
  const verify = ["verify", "--target", copy, "--password-file", join(drill.folder, "password.txt")];
  expect((await holdfast(drill.dataDir, ...verify)).code).toBe(0);
  const { stdout } = await promisify(execFile)("find", [join(copy, "data"), "-type", "f"]);
  const pack = stdout.trim().split("\n")[0] as string;
  const bytes = await readFile(pack);
  bytes[100] = (bytes[100] as number) ^ 1;
  await rm(pack);
  await writeFile(pack, bytes);
  const verdict = await holdfast(drill.dataDir, ...verify);
  expect(verdict.code).toBe(1);
  expect(verdict.output).toContain("damaged");
});
