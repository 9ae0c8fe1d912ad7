import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createBackup, createBackupTarget, getBackup } from "../../../packages/contract/src/index.ts";
import { type Postgres, startPostgres } from "../../../packages/postgres/src/index.ts";
import { type Person, registerPerson } from "../../support/person.ts";
import { childOf } from "../../support/processes.ts";
import { freePort } from "../../support/product.ts";
import { enqueueScrub } from "../../support/scrub.ts";
import { segmentKey } from "../../support/segments.ts";
import { eventually } from "../../support/server.ts";
import { type Drill, startDrill } from "./alert-drill.ts";

/** What an administrator is told when something breaks, on a running installation: each time exactly once by each channel, and once when it is over. */
vi.setConfig({ testTimeout: 300_000 });
/** Seconds without PostgreSQL; the drill in full takes 60. */
const outage = Number(process.env.HOLDFAST_DRILL_OUTAGE ?? 20);

let folder: string;
let postgres: Postgres;
let drill: Drill;
let admin: Person;
let port: number;
const options = () => ({ dataDir: join(folder, "postgres"), log: () => {}, port, settings: { fsync: "off" } });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-drill-"));
  port = await freePort();
  postgres = await startPostgres(options());
  drill = await startDrill({ env: { DATABASE_URL: postgres.url } });
  admin = await drill.admin();
});
afterAll(async () => {
  await drill?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Of the whole server, or of a person. */
async function backUp(targetId?: string, person?: Person): Promise<string> {
  const scope = person ? "account" : "instance";
  const who = person ?? admin;
  const { id } = await who.call(createBackup, { body: { scope, ...(targetId ? { targetId } : {}) } });
  return eventually(async () => {
    const { status } = await who.call(getBackup, { params: { id } });
    return status === "completed" || status === "failed" ? status : null;
  }, 60_000);
}

/** The month has passed in which every segment is read once. */
async function scrub(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query("update holdfast.segments set verified_at = null, touched_at = now() - interval '1 day'");
  await client.end();
  await enqueueScrub(postgres.url);
}

test("ordinary work raises nothing", async () => {
  await admin.put("notes.txt", "one");
  await admin.put("notes.txt", "two", { onConflict: "replace" });
  expect(await backUp()).toBe("completed");
  for (let n = 0; n < 60; n++) await admin.fetch(`/api/v1/files?n=${n}`);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect(await drill.open()).toEqual([]);
  expect(drill.sent()).toEqual([]);
});

test("a backup target vanishes, and is back", async () => {
  const place = join(folder, "disk");
  await mkdir(place);
  const { id } = await admin.call(createBackupTarget, { body: { kind: "local", name: "Attic", folder: place } });
  expect(await backUp(id)).toBe("completed");
  await rename(place, `${place} (away)`);
  expect((await drill.begins("backup.target_away")).data.title).toContain(
    'Is the disk of the target "Attic" connected?',
  );
  await rename(`${place} (away)`, place);
  await drill.ends("backup.target_away");
});

test("a backup fails, and the next one does not", async () => {
  const place = join(folder, "broken");
  await mkdir(place);
  const { id } = await admin.call(createBackupTarget, { body: { kind: "local", name: "Broken", folder: place } });
  expect(await backUp(id)).toBe("completed");
  await rename(join(place, "data"), join(place, "data (away)"));
  await writeFile(join(place, "data"), "in the way");
  await admin.put("new.bin", "new bytes");
  const person = await registerPerson(drill.product.url, "ann");
  await person.put("mine.txt", "mine");
  expect(await backUp(id)).toBe("failed");
  expect((await drill.begins("backup.failed")).data.title).toContain('The last server backup to "Broken" failed: ');
  expect(await backUp(id, person)).toBe("failed");
  expect((await drill.begins("backup.accounts_failed")).data.title).toContain(
    "The last backup of one account failed: ",
  );
  // Its owner is told, too, without where things lie on the server.
  const mail = await eventually(() => drill.mailbox.received.find(({ to }) => to === "ann@example.org"), 60_000);
  expect(mail.subject).toContain("A backup of your files failed");
  expect(mail.text).not.toContain(folder);
  await rm(join(place, "data"));
  await rename(join(place, "data (away)"), join(place, "data"));
  expect(await backUp(id)).toBe("completed");
  await drill.ends("backup.failed");
  expect(await backUp(id, person)).toBe("completed");
  await drill.ends("backup.accounts_failed");
});

test("a segment rots, and its file is uploaded again", async () => {
  const bytes = "these bytes are in no backup";
  await admin.put("rotting.txt", bytes);
  const path = join(drill.product.dataDir, "objects", segmentKey(createHash("sha256").update(bytes).digest()));
  await rm(path);
  await writeFile(path, "these bytes are not what they");
  await scrub();
  expect((await drill.begins("content.damaged")).data.title).toContain("Stored bytes were damaged");
  await admin.put("again.txt", bytes);
  await scrub();
  await drill.ends("content.damaged");
});

test("the worker dies and stays dead, and one is started", async () => {
  // Stopped, it is as silent as a dead one, and nobody starts another in its place.
  const worker = childOf(drill.product.pid, "worker.ts") as number;
  process.kill(worker, "SIGSTOP");
  await drill.begins("worker.silent");
  process.kill(worker, "SIGCONT");
  await drill.ends("worker.silent");
});

test("PostgreSQL stops, and is back", async () => {
  await postgres.stop();
  const message = await drill.begins("database.away");
  expect(message.data).toMatchObject({ severity: "critical", title: "The database does not answer." });
  await new Promise((resolve) => setTimeout(resolve, outage * 1000));
  postgres = await startPostgres(options());
  await eventually(async () => (await fetch(`${drill.product.url}/readyz`)).ok, 60_000);
  await drill.ends("database.away");
  admin = await drill.admin();
});

test("nobody was told of anything else", () => {
  expect(drill.unasked()).toEqual([]);
});
