import { randomBytes } from "node:crypto";
import * as client from "tus-js-client";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApiError } from "../../../packages/contract/src/client.ts";
import {
  adminUpdateUser,
  createFolder,
  type File,
  finishUpload,
  listFiles,
  listUploads,
  me,
} from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { eventually } from "../../support/server.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";

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

const bytes = randomBytes(1_500_000);

/** Sends by the stock client; says what it said, and which requests it made. */
async function send(body: Buffer, filename: string, options: Partial<client.UploadOptions> = {}) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const sent: string[] = [];
  const upload = new client.Upload(body, {
    endpoint: `${server.url}/api/v1/uploads`,
    headers: ann.headers,
    metadata: { filename },
    retryDelays: [10, 10, 10],
    onBeforeRequest: (request) => void sent.push(request.getMethod()),
    onSuccess: () => resolve("done"),
    onError: (error) => resolve((error as client.DetailedError).originalResponse?.getBody() ?? String(error)),
    ...options,
  });
  upload.start();
  return { said: await promise, upload, sent };
}

const finish = (id: string, body: object = {}) =>
  ann.call(finishUpload, { params: { id }, body }).catch((error: ApiError) => error.code);
const waiting = async () => (await ann.call(listUploads)).items;
const one = async () => {
  const items = await waiting();
  expect(items).toHaveLength(1);
  return items[0] as (typeof items)[number];
};
const contentOf = async (file: File | string) => (await ann.read((file as File).id)).equals(bytes);

const shapes: Record<string, Partial<client.UploadOptions>> = {
  "in one request": {},
  "in pieces": { chunkSize: 400_000 },
  "with its creation": { uploadDataDuringCreation: true },
  "with a length that is told last": { uploadLengthDeferred: true, chunkSize: 500_000 },
};

describe("an upload that may not become a file", () => {
  test.each(Object.entries(shapes))("%s is never called done, and is kept", async (_how, options) => {
    await ann.put("taken", "older");
    const { said, upload } = await send(bytes, "taken", options);
    expect(said).toContain("name_taken");
    const head = await tus(ann, "HEAD", new URL(upload.url as string).pathname);
    expect(Number(head.headers.get("upload-offset"))).toBe(bytes.length - 1);
    const kept = await one();
    expect(kept).toMatchObject({ name: "taken", size: bytes.length, complete: true, parentId: null });
    expect(kept.refusal).toMatchObject({ code: "name_taken", detail: expect.stringContaining("Keep both") });
    expect(await finish(kept.id)).toBe("name_taken");
    const file = await finish(kept.id, { onConflict: "rename" });
    expect(file).toMatchObject({ name: "taken (2)" });
    expect(await contentOf(file)).toBe(true);
    // Asked again, because the answer was lost.
    expect(await finish(kept.id, { onConflict: "rename" })).toMatchObject({ id: (file as File).id });
    expect(await waiting()).toEqual([]);
  });

  test("is finished in place of the file, or under another name", async () => {
    const old = await ann.put("taken", "older");
    await send(bytes, "taken");
    expect(await finish((await one()).id, { onConflict: "replace" })).toMatchObject({
      id: old.id,
      fileSize: 1_500_000,
    });
    await send(randomBytes(500), "taken");
    expect(await finish((await one()).id, { name: "a/b" })).toBe("invalid_name");
    expect(await finish((await one()).id, { name: "another" })).toMatchObject({ name: "another", fileSize: 500 });
  });

  test("without bytes is refused at once, and leaves nothing", async () => {
    await ann.put("taken", "older");
    expect((await send(Buffer.alloc(0), "taken")).said).toContain("name_taken");
    const begun = await tus(ann, "POST", "/api/v1/uploads", {
      headers: { "upload-defer-length": 1, "upload-metadata": metadataOf({ filename: "taken" }) },
    });
    const path = new URL(begun.headers.get("location") as string, server.url).pathname;
    const end = await tus(ann, "PATCH", path, {
      headers: { "upload-offset": 0, "upload-length": 0 },
      body: Buffer.alloc(0),
    });
    expect(end.status).toBe(409);
    // Offset 0 of length 0 would be done.
    expect((await tus(ann, "HEAD", path)).headers.get("upload-length")).toBeNull();
    await tus(ann, "DELETE", path);
    expect(await waiting()).toEqual([]);
  });

  test("sends its last byte again and nothing else, and the very same byte", async () => {
    await ann.put("taken", "older");
    const { upload, sent } = await send(bytes, "taken");
    expect(sent).toEqual(["POST", "PATCH", "HEAD", "PATCH", "HEAD", "PATCH", "HEAD", "PATCH", "HEAD", "PATCH"]);
    const path = new URL(upload.url as string).pathname;
    const last = bytes.subarray(-1);
    const patch = (body: Buffer) => tus(ann, "PATCH", path, { headers: { "upload-offset": bytes.length - 1 }, body });
    expect((await patch(Buffer.from([(last[0] as number) ^ 1]))).status).toBe(460);
    expect((await patch(Buffer.concat([last, last]))).status).toBe(413);
    expect((await patch(last)).status).toBe(409);
    await ann.fetch(`/api/v1/files/${(await ann.call(listFiles, {})).items[0]?.id}?permanent=true`, {
      method: "DELETE",
    });
    const done = await patch(last);
    expect([done.status, done.headers.get("upload-offset")]).toEqual([204, String(bytes.length)]);
    expect((await ann.read(done.headers.get("upload-file-id") as string)).equals(bytes)).toBe(true);
  });

  test("over the quota stays within what it had reserved, and is finished when there is room", async () => {
    const begun = await tus(ann, "POST", "/api/v1/uploads", {
      headers: { "upload-length": bytes.length, "upload-metadata": metadataOf({ filename: "large" }) },
    });
    const quota = (quotaBytes: number | null) =>
      server.admin.call(adminUpdateUser, { params: { id: ann.id }, body: { quotaBytes } });
    await quota(1000);
    const { said } = await send(bytes, "large", {
      uploadUrl: new URL(begun.headers.get("location") as string, server.url).href,
    });
    expect(said).toContain("quota_exceeded");
    const kept = await one();
    expect(kept.refusal).toMatchObject({ code: "quota_exceeded" });
    expect(await finish(kept.id)).toBe("quota_exceeded");
    await quota(bytes.length);
    await expect(ann.put("one byte more", "x")).rejects.toThrow("quota_exceeded");
    expect(await contentOf(await finish(kept.id))).toBe(true);
    expect((await ann.call(me)).usedBytes).toBe(bytes.length);
  });

  insideTest("outlives its folder, and goes to another one", async () => {
    const folder = await ann.call(createFolder, { body: { name: "doomed" } });
    const { pool } = server.inside.services;
    let deleted: Promise<Response> | null = null;
    const begun = await send(bytes, "homeless", {
      metadata: { filename: "homeless", parentId: folder.id },
      chunkSize: 700_000,
      onChunkComplete: () => {
        deleted ??= ann.fetch(`/api/v1/files/${folder.id}?permanent=true`, { method: "DELETE" });
      },
      onBeforeRequest: async () => {
        // Before the second piece, wherever the first one ended, the folder is gone for good.
        if (deleted === null) return;
        await deleted;
        await eventually(
          async () => (await pool.query("select from holdfast.files where id = $1", [folder.id])).rowCount === 0,
          20_000,
        );
      },
    });
    expect(begun.said).toContain("not_found");
    const kept = await one();
    expect(kept.refusal).toMatchObject({ code: "not_found", detail: expect.stringContaining("Choose another one") });
    expect(await finish(kept.id)).toBe("not_found");
    const other = await ann.call(createFolder, { body: { name: "other" } });
    const file = await finish(kept.id, { parentId: other.id });
    expect(file).toMatchObject({ parentId: other.id });
    expect(await contentOf(file)).toBe(true);
  });

  test("belongs to its owner alone, and can be discarded", async () => {
    await ann.put("taken", "older");
    await send(bytes, "taken");
    const { id } = await one();
    const bob = await server.person();
    const tried = bob.call(finishUpload, { params: { id }, body: {} });
    expect(await tried.catch((error: ApiError) => error.code)).toBe("not_found");
    expect((await bob.call(listUploads)).items).toEqual([]);
    expect((await tus(ann, "DELETE", `/api/v1/uploads/${id}`)).status).toBe(204);
    expect([await waiting(), await finish(id)]).toEqual([[], "not_found"]);
  });

  test("is kept for a month, not a week", async () => {
    await ann.put("taken", "older");
    await send(bytes, "taken");
    const days = (new Date((await one()).expiresAt).getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
  });

  test("is no refusal where the very file is there already", async () => {
    const lastModified = "2020-02-02T02:02:02.000Z";
    const there = await ann.put("same", bytes, { lastModified });
    expect((await send(bytes, "same", { metadata: { filename: "same", lastModified } })).said).toBe("done");
    expect((await ann.call(listFiles, {})).items.map(({ id }) => id)).toEqual([there.id]);
    expect((await send(bytes, "same")).said).toContain("name_taken");
  });
});

describe("an upload that came whole before the process died", () => {
  /** As a kill between the last segment and the commit leaves it. */
  async function leaveOver(filename: string, body = bytes): Promise<string> {
    await ann.put(filename, "older");
    const { upload } = await send(body, filename);
    const id = new URL(upload.url as string).pathname.split("/").at(-1) as string;
    await server.inside.services.pool.query(
      "update holdfast.uploads set refused_code = null, refused_detail = null, refused_at = null where id = $1",
      [id],
    );
    const [blocking] = (await ann.call(listFiles, {})).items;
    await ann.fetch(`/api/v1/files/${blocking?.id}?permanent=true`, { method: "DELETE" });
    return id;
  }
  const runJob = async (name: string) => {
    const job = server.inside.services.handlers.find(({ definition }) => definition.name === name);
    await job?.run({}, { signal: new AbortController().signal, log: server.inside.services.log } as never);
  };

  insideTest("becomes a file although nobody asks again, and anyone who does hears that it is done", async () => {
    const id = await leaveOver("left over");
    expect(await one()).toMatchObject({ complete: true, refusal: null });
    await runJob("uploads.sweep");
    await runJob("uploads.finish");
    const [file] = (await ann.call(listFiles, {})).items;
    expect(file?.name).toBe("left over");
    expect(await contentOf(file as File)).toBe(true);
    const head = await tus(ann, "HEAD", `/api/v1/uploads/${id}`);
    expect([head.headers.get("upload-offset"), head.headers.get("upload-file-id")]).toEqual(["1500000", file?.id]);
    await runJob("uploads.finish");
    expect((await ann.call(listFiles, {})).items).toHaveLength(1);
  });

  insideTest("is shown where it is refused, and forgotten where it was sent again meanwhile", async () => {
    await leaveOver("left over");
    await ann.put("left over", "another");
    await runJob("uploads.finish");
    expect(await one()).toMatchObject({ refusal: { code: "name_taken" } });
    await finish((await one()).id, { onConflict: "rename" });
    await leaveOver("again");
    await ann.put("again", bytes);
    await runJob("uploads.finish");
    expect(await waiting()).toEqual([]);
    expect((await ann.call(listFiles, { query: { q: "again" } })).items).toHaveLength(1);
  });
});
