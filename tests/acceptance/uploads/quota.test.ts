import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApiError } from "../../../packages/contract/src/client.ts";
import {
  adminUpdateUser,
  copyFile,
  createFolder,
  deleteFile,
  listFiles,
  listVersions,
  me,
  restoreVersion,
} from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { eventually } from "../../support/server.ts";
import { metadataOf, tus, uploadByTus } from "../../support/uploads/tus.ts";

// On a machine that is busy with other things, many requests take their time.
vi.setConfig({ testTimeout: 120_000 });

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  ann = await server.person();
});

const setQuota = (quotaBytes: number) =>
  server.admin.call(adminUpdateUser, { params: { id: ann.id }, body: { quotaBytes } });
const used = async () => (await ann.call(me)).usedBytes;
const stored = async () => {
  const { items } = await ann.call(listFiles, { query: { limit: 1000 } });
  return items.reduce((sum, file) => sum + file.fileSize, 0);
};
const create = (length: number | null, name: string) =>
  tus(ann, "POST", "/api/v1/uploads", {
    headers: {
      ...(length === null ? { "upload-defer-length": 1 } : { "upload-length": length }),
      "upload-metadata": metadataOf({ filename: name }),
    },
  });

describe("a quota", () => {
  test("is exact under 100 parallel PUTs", async () => {
    await setQuota(30_000);
    const bytes = randomBytes(1000);
    const results = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => ann.put(`file ${i}`, bytes)));
    const failed = results.filter((result) => result.status === "rejected");
    for (const { reason } of failed) expect(String(reason)).toMatch(/507.*quota_exceeded/);
    expect(failed).toHaveLength(70);
    expect([await stored(), await used()]).toEqual([30_000, 30_000]);
  });

  test("is exact under 100 parallel tus uploads, told before a byte is sent", async () => {
    await setQuota(30_500);
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => create(1000, `file ${i}`)));
    const begun = answers.filter(({ status }) => status === 201);
    expect(begun).toHaveLength(30);
    for (const { status } of answers) expect([201, 507]).toContain(status);
    const ends = await Promise.all(
      begun.map((answer) =>
        tus(ann, "PATCH", new URL(answer.headers.get("location") as string, server.url).pathname, {
          headers: { "upload-offset": 0 },
          body: randomBytes(1000),
        }),
      ),
    );
    for (const { status } of ends) expect(status).toBe(204);
    expect([await stored(), await used()]).toEqual([30_000, 30_000]);
    await expect(ann.put("one more", randomBytes(501))).rejects.toThrow("quota_exceeded");
    await ann.put("what is left", randomBytes(500));
  });

  test("is exact when both ways, copies and replacements race", async () => {
    await setQuota(25_000);
    const first = await ann.put("first", randomBytes(1000));
    await ann.put("first", randomBytes(1000), { onConflict: "replace" });
    await Promise.allSettled(
      Array.from({ length: 60 }, (_, i): Promise<unknown> => {
        if (i % 4 === 0) return ann.put(`put ${i}`, randomBytes(1000));
        if (i % 4 === 1) return uploadByTus(ann, randomBytes(1000), { filename: `tus ${i}` });
        if (i % 4 === 2) return ann.call(copyFile, { params: { id: first.id }, body: {} });
        return ann.put("first", randomBytes(1000), { onConflict: "replace" });
      }),
    );
    expect(await used()).toBe(25_000);
    const versions = (await ann.call(listVersions, { params: { id: first.id } })).items;
    expect((await stored()) + (versions.length - 1) * 1000).toBe(25_000);
    const again = ann.call(restoreVersion, { params: { id: first.id, versionId: versions.at(-1)?.id as string } });
    expect(await again.catch((error: ApiError) => error.code)).toBe("quota_exceeded");
  });

  test("counts what uploads have reserved, and gives back what was given up", async () => {
    await setQuota(10_000);
    const upload = await create(9_000, "reserved");
    await expect(ann.put("too much", randomBytes(1001))).rejects.toThrow("quota_exceeded");
    await ann.put("just fits", randomBytes(1000));
    const path = new URL(upload.headers.get("location") as string, server.url).pathname;
    await tus(ann, "PATCH", path, { headers: { "upload-offset": 0 }, body: randomBytes(5000) });
    expect((await tus(ann, "DELETE", path)).status).toBe(204);
    await ann.put("fits now", randomBytes(9000));
    expect(await used()).toBe(10_000);
  });

  test("stops an upload whose length nobody told as it grows", async () => {
    await setQuota(2_000);
    const upload = await create(null, "growing");
    const path = new URL(upload.headers.get("location") as string, server.url).pathname;
    const patch = (offset: number, length: number) =>
      tus(ann, "PATCH", path, { headers: { "upload-offset": offset }, body: randomBytes(length) });
    expect((await patch(0, 1500)).status).toBe(204);
    expect((await patch(1500, 501)).status).toBe(507);
    expect((await tus(ann, "HEAD", path)).headers.get("upload-offset")).toBe("1500");
    expect((await patch(1500, 500)).status).toBe(204);
    await expect(ann.put("one byte", "x")).rejects.toThrow("quota_exceeded");
  });

  test("comes back when what was stored is deleted for good, not before", async () => {
    await setQuota(1_000);
    const folder = await ann.call(createFolder, { body: { name: "f" } });
    await ann.put("full", randomBytes(1000), { parentId: folder.id });
    await ann.call(deleteFile, { params: { id: folder.id } });
    await expect(ann.put("x", "x")).rejects.toThrow("quota_exceeded");
    await ann.fetch(`/api/v1/files/${folder.id}?permanent=true`, { method: "DELETE" });
    await eventually(async () => (await used()) === 0);
    await ann.put("x", randomBytes(1000));
  });

  test("set by an administrator counts at once; less than is used locks nothing away", async () => {
    const file = await ann.put("x", randomBytes(1000));
    const answer = await server.admin.call(adminUpdateUser, { params: { id: ann.id }, body: { quotaBytes: 500 } });
    expect(answer.quotaBytes).toBe(500);
    await expect(ann.put("y", "y")).rejects.toThrow("quota_exceeded");
    await ann.put("empty", "");
    expect((await ann.read(file.id)).length).toBe(1000);
  });
});

insideTest("a folder that is deleted under 40 uploads: each is whole or told, never a 5xx", async () => {
  for (let round = 0; round < 3; round++) {
    const { id } = await ann.call(createFolder, { body: { name: `doomed ${round}` } });
    const all = Array.from({ length: 40 }, (_, i) => i);
    const puts = all.map(async (i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 3));
      return ann.fetch(`/api/v1/files/content?name=f${i}&parentId=${id}`, { method: "PUT", body: "x" });
    });
    await new Promise((resolve) => setTimeout(resolve, 40));
    await ann.fetch(`/api/v1/files/${id}?permanent=true`, { method: "DELETE" });
    for (const answer of await Promise.all(puts)) expect([201, 404]).toContain(answer.status);
    const { pool } = server.inside.services;
    await eventually(
      async () => (await pool.query("select from holdfast.files where id = $1", [id])).rowCount === 0,
      20_000,
    );
    const orphans = await pool.query("select from holdfast.files where parent_id = $1", [id]);
    expect(orphans.rowCount).toBe(0);
  }
});
