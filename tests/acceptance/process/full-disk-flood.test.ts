import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createBackup,
  createFolder,
  createShare,
  emptyTrash,
  getBackup,
} from "../../../packages/contract/src/index.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisks } from "../../support/small-disk.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";

/** Every way to bring bytes at once, against one small disk: none of them takes what is kept for PostgreSQL, whatever it announces. */
const MIB = 1024 * 1024;
/** What uploads leave on a disk of this size, and what may be on its way to it beside the last look. */
const keptBytes = 48 * MIB;
const onItsWay = 8 * MIB;
const skipped = whyNoSmallDisks();

interface Answer {
  kind: string;
  status: number;
  code: string | null;
}

describe.skipIf(skipped)(`a disk of 400 MB${skipped ? ` (${skipped})` : ""}`, { timeout: 240_000 }, () => {
  let disk: SmallDisk;
  let dataDir: string;
  let product: Product;
  let admin: Person;
  let link: string;

  const name = () => `${randomBytes(9).toString("hex")}.bin`;
  const postmaster = () => readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8").split("\n")[0];
  const streamed = (bytes: Buffer): RequestInit =>
    ({
      body: new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.length; at += 64 * 1024) controller.enqueue(bytes.subarray(at, at + 64 * 1024));
          controller.close();
        },
      }),
      duplex: "half",
    }) as RequestInit;
  const whole = (bytes: Buffer): RequestInit => ({ body: bytes as unknown as NonNullable<RequestInit["body"]> });
  const metadata = () => metadataOf({ filename: name() });

  const kinds: Record<string, (bytes: Buffer) => Promise<Response>> = {
    "PUT with a length": (bytes) =>
      admin.fetch(`/api/v1/files/content?name=${name()}`, { method: "PUT", ...whole(bytes) }),
    "PUT without a length": (bytes) =>
      admin.fetch(`/api/v1/files/content?name=${name()}`, { method: "PUT", ...streamed(bytes) }),
    "tus with a length": (bytes) =>
      tus(admin, "POST", "/api/v1/uploads", {
        headers: { "upload-length": bytes.length, "upload-metadata": metadata() },
        body: bytes,
      }),
    "tus without a length": async (bytes) => {
      const begun = await tus(admin, "POST", "/api/v1/uploads", {
        headers: { "upload-defer-length": 1, "upload-metadata": metadata() },
      });
      if (begun.status !== 201) return begun;
      await begun.text();
      return admin.fetch(begun.headers.get("location") as string, {
        method: "PATCH",
        headers: { "tus-resumable": "1.0.0", "upload-offset": "0", "content-type": "application/offset+octet-stream" },
        ...streamed(bytes),
      });
    },
    "a link": (bytes) => fetch(`${link}?name=${name()}`, { method: "PUT", ...streamed(bytes) }),
  };

  /** Clients of every kind, each until it is refused three times in a row. */
  async function flood(clients: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    await Promise.all(
      Object.entries(kinds).flatMap(([kind, send]) =>
        Array.from({ length: clients }, async () => {
          for (let refused = 0; refused < 3; ) {
            const answer = await send(randomBytes(MIB + Math.floor(Math.random() * 5 * MIB)));
            const text = await answer.text();
            const code = answer.ok || text === "" ? null : (JSON.parse(text) as { code: string }).code;
            answers.push({ kind, status: answer.status, code });
            refused = answer.ok ? 0 : refused + 1;
          }
        }),
      ),
    );
    return answers;
  }

  /** The least that was free while `work` went on. */
  async function leastFreeWhile<T>(work: Promise<T>): Promise<{ least: number; result: T }> {
    let least = disk.free();
    const timer = setInterval(() => {
      least = Math.min(least, disk.free());
    }, 2);
    try {
      return { result: await work, least };
    } finally {
      clearInterval(timer);
    }
  }

  beforeAll(async () => {
    disk = mountSmallDisk(400 * MIB);
    dataDir = join(disk.path, "data");
    product = await startProduct({
      dataDir,
      env: { HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword, LOG_LEVEL: "error" },
    });
    admin = await signIn(product.url, "admin@example.org");
    const folder = await admin.call(createFolder, { body: { name: "requests" } });
    const share = await admin.call(createShare, {
      body: { fileId: folder.id, linkType: "permanent", allowUpload: true },
    });
    link = `${product.url}/api/v1/public/shares/${share.url.split("/").at(-1)}/files`;
  });
  afterAll(async () => {
    await product?.stop();
    disk?.remove();
  });

  test("uploads of every kind and a backup at once end where the kept bytes begin", async () => {
    const database = postmaster();
    const kept = await admin.put("kept.bin", randomBytes(4 * MIB));
    await admin.put("more.bin", randomBytes(80 * MIB));
    // The worker writes to the same disk, and knows as little of the API's bytes as the API of its.
    const backup = await admin.call(createBackup, { body: {} });
    let flooding = true;
    const { least, result } = await leastFreeWhile(
      Promise.all([
        flood(5).finally(() => {
          flooding = false;
        }),
        // What makes room, and what only reads, goes on meanwhile.
        (async () => {
          for (let n = 0; flooding; n++) {
            expect((await admin.read(kept.id)).length).toBe(4 * MIB);
            if (n % 5 === 0) await admin.call(emptyTrash, {});
          }
        })(),
      ]),
    );
    for (const answer of result[0]) {
      if (answer.status >= 300) expect(answer).toEqual({ kind: answer.kind, status: 507, code: "disk_full" });
    }
    expect(new Set(result[0].filter(({ status }) => status === 507).map(({ kind }) => kind)).size).toBe(5);
    expect(Math.floor(least / MIB)).toBeGreaterThanOrEqual((keptBytes - onItsWay) / MIB);
    expect(postmaster()).toBe(database);
    // Nothing that was refused leaves a part of itself.
    await expect.poll(() => readdirSync(join(dataDir, "objects", ".tmp"))).toEqual([]);
    await vi.waitFor(
      async () =>
        expect(["completed", "failed"]).toContain((await admin.call(getBackup, { params: { id: backup.id } })).status),
      { timeout: 30_000, interval: 250 },
    );
  });

  test("with room again, each kind of upload is taken again by itself", async () => {
    for (const send of Object.values(kinds)) expect((await send(randomBytes(MIB))).status).toBe(507);
    spawnSync("mount", ["-o", `remount,size=${500 * MIB}`, disk.path]);
    for (const send of Object.values(kinds)) {
      await expect.poll(async () => (await send(randomBytes(MIB))).status, { timeout: 20_000 }).toBeLessThan(300);
    }
  });
});
