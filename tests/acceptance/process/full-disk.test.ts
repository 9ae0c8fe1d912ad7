import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createBackup, createShare, emptyTrash, getBackup } from "../../../packages/contract/src/index.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { freePort, type Product, spawnProduct, startProduct } from "../../support/product.ts";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisks } from "../../support/small-disk.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";

/** What a client meets on a disk that fills: uploads are refused in time, everything that makes room works, and PostgreSQL never stops. */
const MIB = 1024 * 1024;
const reserveBytes = 60 * MIB;
const skipped = whyNoSmallDisks();

interface Stored {
  id: string;
  bytes: Buffer;
}

/** Some at a time, as several clients would. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const client = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: 6 }, client));
}

describe.skipIf(skipped)(`a disk of 300 MB${skipped ? ` (${skipped})` : ""}`, { timeout: 180_000 }, () => {
  let disk: SmallDisk;
  let dataDir: string;
  const stored: Stored[] = [];
  let product: Product;
  let admin: Person;

  const postmaster = () => readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8").split("\n")[0];
  const readyz = async () => {
    const answer = await fetch(`${product.url}/readyz`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const put = (bytes: Buffer, init: RequestInit = {}) =>
    admin.fetch(`/api/v1/files/content?name=${randomBytes(9).toString("hex")}.bin`, {
      method: "PUT",
      body: bytes as unknown as NonNullable<RequestInit["body"]>,
      ...init,
    });
  const chunked = (bytes: Buffer) =>
    put(bytes, {
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(bytes);
          controller.close();
        },
      }),
      duplex: "half",
    } as RequestInit);
  async function inDatabase<T extends object>(text: string): Promise<T[]> {
    const client = new pg.Client({ host: join(dataDir, "postgres"), user: "postgres", database: "holdfast" });
    await client.connect();
    try {
      return (await client.query<T>(text)).rows;
    } finally {
      await client.end();
    }
  }
  async function code(answer: Response): Promise<string> {
    const text = await answer.text();
    return `${answer.status} ${text === "" ? "" : (JSON.parse(text) as { code?: string }).code}`;
  }

  /** Several clients with small files, until each is refused three times in a row. Returns every status that was answered. */
  async function fillByUploads(sizes: readonly number[]): Promise<Map<number, number>> {
    const statuses = new Map<number, number>();
    await Promise.all(
      sizes.map(async (size) => {
        for (let refused = 0; refused < 3; ) {
          const bytes = randomBytes(size);
          const answer = await put(bytes);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          if (answer.status === 201) {
            const { id } = (await answer.json()) as { id: string };
            stored.push({ id, bytes });
            refused = 0;
          } else {
            await answer.text();
            refused++;
          }
        }
      }),
    );
    return statuses;
  }

  /** Half of the files go to the trash and from there, and the time passes after which their bytes go. */
  async function purgeHalf(): Promise<void> {
    const going = stored.splice(0, Math.floor(stored.length / 2));
    await eachOf(going, async ({ id }) =>
      expect((await admin.fetch(`/api/v1/files/${id}`, { method: "DELETE" })).status).toBe(204),
    );
    await admin.call(emptyTrash, {});
    await vi.waitFor(
      async () => {
        const [row] = await inDatabase<{ left: number }>(
          "select count(*)::int as left from holdfast.files where purged_at is not null",
        );
        expect(row?.left).toBe(0);
      },
      { timeout: 30_000, interval: 250 },
    );
    // Two hours pass, and the job that looks every ten minutes has its turn.
    await inDatabase("update holdfast.segments set touched_at = touched_at - interval '2 hours'");
    await inDatabase("insert into pgboss.job (name, data) values ('files.make-room', '{}')");
  }

  async function allReadable(): Promise<void> {
    await eachOf(stored, async ({ id, bytes }) => expect((await admin.read(id)).equals(bytes)).toBe(true));
  }

  beforeAll(async () => {
    disk = mountSmallDisk(300 * MIB);
    dataDir = join(disk.path, "data");
    product = await startProduct({
      dataDir,
      env: { HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword, LOG_LEVEL: "error" },
    });
    admin = await signIn(product.url, "admin@example.org");
  });
  afterAll(async () => {
    await product?.stop();
    disk?.remove();
  });

  test("small files of several clients are refused before PostgreSQL's last byte is taken", async () => {
    const database = postmaster();
    const statuses = await fillByUploads([1, 200_000, 900_000, 900_000, 900_000, 900_000]);
    expect(new Set(statuses.keys())).toEqual(new Set([201, 507]));
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => put(Buffer.from(String(n)))));
    for (const answer of answers) expect([201, 507]).toContain(answer.status);
    expect(postmaster()).toBe(database);
    expect(disk.free()).toBeGreaterThan(32 * MIB);
    expect(statSync(join(dataDir, "reserve")).blocks * 512).toBe(reserveBytes);
  });

  test("it says why, and is not taken out of service", async () => {
    await fillByUploads([1000, 900_000]);
    const answer = await put(Buffer.from("x"));
    expect(answer.status).toBe(507);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(/disk is almost full.*Delete/);
    const { status, body } = await vi.waitFor(
      async () => {
        // PostgreSQL gives parts of its log back at times.
        await fillByUploads([1000, 900_000]);
        const found = await readyz();
        expect(found.body.uploads).toBe("refused");
        return found;
      },
      { timeout: 30_000 },
    );
    expect(status).toBe(200);
    expect(body.status).toBe("ready");
    expect(JSON.stringify(body)).toContain("Uploads are refused: the disk has");
  });

  test("every kind of upload is refused with 507", async () => {
    await fillByUploads([1000, 900_000]);
    const file = stored[0] as Stored;
    const json = { "content-type": "application/json" };
    const folder = await inDatabase<{ id: string }>(
      `insert into holdfast.files (id, space_id, parent_id, name, kind) values (gen_random_uuid(), '${admin.id}', '${admin.id}', 'requests', 'folder') returning id`,
    );
    const share = await admin.call(createShare, {
      body: { fileId: folder[0]?.id as string, linkType: "permanent", allowUpload: true },
    });
    const token = share.url.split("/").at(-1);
    const said = {
      chunked: await code(await chunked(randomBytes(1000))),
      large: await code(await put(randomBytes(30 * MIB))),
      deferred: await code(
        await tus(admin, "POST", "/api/v1/uploads", {
          headers: { "upload-defer-length": 1, "upload-metadata": metadataOf({ filename: "deferred.bin" }) },
        }),
      ),
      begun: await code(
        await tus(admin, "POST", "/api/v1/uploads", {
          headers: { "upload-length": 5, "upload-metadata": metadataOf({ filename: "whole.bin" }) },
          body: Buffer.from("12345"),
        }),
      ),
      copy: await code(
        await admin.fetch(`/api/v1/files/${file.id}/copy`, {
          method: "POST",
          headers: json,
          body: JSON.stringify({ name: "copy.bin", onConflict: "rename" }),
        }),
      ),
      folder: await code(
        await admin.fetch("/api/v1/folders", { method: "POST", headers: json, body: JSON.stringify({ name: "new" }) }),
      ),
      link: await code(
        await fetch(`${product.url}/api/v1/public/shares/${token}/files?name=sent.bin`, {
          method: "PUT",
          body: "sent by a link",
        }),
      ),
    };
    for (const [kind, answer] of Object.entries(said)) expect(`${kind}: ${answer}`).toBe(`${kind}: 507 disk_full`);
  });

  test("a backup ends with a sentence, and takes nothing of the database's", async () => {
    const before = disk.free();
    const { id } = await admin.call(createBackup, { body: {} });
    const backup = await vi.waitFor(
      async () => {
        const found = await admin.call(getBackup, { params: { id } });
        expect(["completed", "failed"]).toContain(found.status);
        return found;
      },
      { timeout: 60_000, interval: 250 },
    );
    expect(backup).toMatchObject({ status: "failed", error: expect.stringMatching(/Make room/) });
    expect(disk.free()).toBeGreaterThan(Math.min(before, 48 * MIB) - 8 * MIB);
  });

  test("downloads work, and so do deleting, purging and emptying the trash; then uploads work again by themselves", async () => {
    const database = postmaster();
    await allReadable();
    await purgeHalf();
    await vi.waitFor(async () => expect((await put(Buffer.from("again"))).status).toBe(201), {
      timeout: 30_000,
      interval: 500,
    });
    expect((await readyz()).body).toMatchObject({ status: "ready", uploads: "accepted" });
    expect(postmaster()).toBe(database);
    await allReadable();
  });

  test("killed with everything on a full disk, it starts again, serves and deletes", async () => {
    await fillByUploads([1000, 900_000, 900_000]);
    const database = Number(postmaster());
    await product.kill9();
    process.kill(database, "SIGKILL");
    product = await product.restart();
    admin = await signIn(product.url, "admin@example.org");
    await allReadable();
    const [one] = stored.splice(0, 1) as [Stored];
    expect((await admin.fetch(`/api/v1/files/${one.id}?permanent=true`, { method: "DELETE" })).status).toBe(204);
  });

  test("another program takes the last byte while it runs: the reserve is given back, deleting works", async () => {
    await disk.fill();
    expect(disk.free()).toBe(0);
    await vi.waitFor(() => expect(disk.free()).toBeGreaterThan(16 * MIB), { timeout: 20_000, interval: 250 });
    await allReadable();
    const going = stored.splice(0, 5);
    for (const { id } of going) {
      await vi.waitFor(
        async () =>
          expect((await admin.fetch(`/api/v1/files/${id}?permanent=true`, { method: "DELETE" })).status).toBe(204),
        { timeout: 60_000, interval: 250 },
      );
    }
    expect(await code(await put(Buffer.from("x")))).toBe("507 disk_full");
    expect((await readyz()).status).toBe(200);
    await disk.unfill();
    await purgeHalf();
    await vi.waitFor(
      () => expect(statSync(join(dataDir, "reserve")).blocks * 512).toBeGreaterThanOrEqual(reserveBytes),
      { timeout: 60_000, interval: 250 },
    );
    await vi.waitFor(async () => expect((await put(Buffer.from("again"))).status).toBe(201), {
      timeout: 60_000,
      interval: 500,
    });
  });

  test("another program takes the last byte while it is stopped: it starts, serves and deletes", async () => {
    const database = Number(postmaster());
    await product.kill9();
    process.kill(database, "SIGKILL");
    await disk.fill();
    expect(disk.free()).toBe(0);
    product = await product.restart();
    admin = await signIn(product.url, "admin@example.org");
    await allReadable();
    const [one] = stored.splice(0, 1) as [Stored];
    expect((await admin.fetch(`/api/v1/files/${one.id}?permanent=true`, { method: "DELETE" })).status).toBe(204);
    expect(await code(await put(Buffer.from("x")))).toBe("507 disk_full");
    // Nor rows alone, of which one person could make enough to stop PostgreSQL.
    const [other] = stored as [Stored];
    const body = { method: "POST", headers: { "content-type": "application/json" } };
    const shared = { ...body, body: JSON.stringify({ fileId: other.id, linkType: "permanent" }) };
    expect(await code(await admin.fetch("/api/v1/shares", shared))).toBe("507 disk_full");
    const renamed = { ...body, method: "PATCH", body: JSON.stringify({ name: "renamed.bin" }) };
    expect(await code(await admin.fetch(`/api/v1/files/${other.id}`, renamed))).toBe("507 disk_full");
  });
});

test.runIf(existsSync("/dev/full"))("a log that cannot be written ends nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-full-log-"));
  const full = openSync("/dev/full", "w");
  const port = await freePort();
  const child = spawnProduct(
    {
      HOST: "127.0.0.1",
      PORT: String(port),
      HOLDFAST_WEB: "off",
      HOLDFAST_DATA: join(folder, "data"),
      LOG_LEVEL: "trace",
    },
    { output: full },
  );
  const exit = once(child, "exit");
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  try {
    await vi.waitFor(async () => expect(await ask("/readyz")).toBe(200), { timeout: 60_000, interval: 250 });
    for (let n = 0; n < 200; n++) expect(await ask("/api/v1/files")).toBe(401);
    expect(await ask("/readyz")).toBe(200);
  } finally {
    child.kill("SIGINT");
    closeSync(full);
  }
  expect((await exit)[0]).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});
