import { randomBytes } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { adminUpdateUser, type File, listFiles, listVersions } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";

/** A PUT that got no answer is sent again, and must not clash with itself. */
vi.setConfig({ testTimeout: 120_000 });

const MiB = 1024 * 1024;
const lastModified = "2026-01-02T03:04:05.678Z";
let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
});
afterAll(() => server.close());

async function put(person: Person, name: string, body: Uint8Array | ReadableStream, more: Record<string, string> = {}) {
  const query = new URLSearchParams({ name, lastModified, ...more });
  const answer = await person.fetch(`/api/v1/files/content?${query}`, {
    method: "PUT",
    body: body as NonNullable<RequestInit["body"]>,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as File & { code?: string } };
}

/** Every object's place and inode: a byte that is written makes another of one of them. */
async function objects(): Promise<string[]> {
  const folder = join(server.dataDir, "objects");
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return Promise.all(
    names.map(async ({ parentPath, name }) => `${name} ${(await stat(join(parentPath, name), { bigint: true })).ino}`),
  );
}

const used = async (person: Person) =>
  ((await (await person.fetch("/api/v1/me")).json()) as { usedBytes: number }).usedBytes;

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

function streamOf(bytes: Buffer): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 100_003) controller.enqueue(bytes.subarray(at, at + 100_003));
      controller.close();
    },
  });
}

describe.each([0, MiB, MiB + 1, 16 * MiB, 16 * MiB + 1, 50 * MiB])("of %d bytes", (size) => {
  const name = `again ${size}`;
  const bytes = randomBytes(size);
  let first: File;
  beforeAll(async () => {
    const answer = await put(ann, name, bytes);
    expect(answer.status).toBe(201);
    first = answer.body;
  });

  test("is told the file, and stores nothing", async () => {
    const [before, usedBefore] = [await objects(), await used(ann)];
    const again = await put(ann, name, bytes);
    expect(again).toMatchObject({ status: 200, body: { id: first.id, etag: first.etag } });
    // A small body is taken before the name is looked at; what it holds is there under its hash.
    if (size > MiB) expect((await objects()).sort()).toEqual(before.sort());
    else expect(await objects()).toHaveLength(before.length);
    expect(await used(ann)).toBe(usedBefore);
    expect((await ann.call(listVersions, { params: { id: first.id } })).items).toHaveLength(1);
    expect((await ann.read(first.id)).equals(bytes)).toBe(true);
  });

  test("is told the file also where no length was announced", async () => {
    expect(await put(ann, name, streamOf(bytes))).toMatchObject({ status: 200, body: { id: first.id } });
  });

  test("with any difference is a clash", async () => {
    const clash = { status: 409, body: { code: "name_taken" } };
    if (size > 0) {
      expect(await put(ann, name, changed(bytes, size - 1))).toMatchObject(clash);
      expect(await put(ann, name, changed(bytes, 0))).toMatchObject(clash);
      expect(await put(ann, name, streamOf(bytes.subarray(0, size - 1)))).toMatchObject(clash);
      expect(await put(ann, name, bytes.subarray(1))).toMatchObject(clash);
    }
    expect(await put(ann, name, Buffer.concat([bytes, Buffer.from("x")]))).toMatchObject(clash);
    expect(await put(ann, name, streamOf(Buffer.concat([bytes, Buffer.from("x")])))).toMatchObject(clash);
    expect(await put(ann, name, bytes, { lastModified: "2026-01-02T03:04:05.679Z" })).toMatchObject(clash);
    const query = new URLSearchParams({ name });
    const untimed = await ann.fetch(`/api/v1/files/content?${query}`, { method: "PUT", body: new Uint8Array(bytes) });
    expect(untimed.status).toBe(409);
    expect((await ann.read(first.id)).equals(bytes)).toBe(true);
  });
});

test("twice at once: one is made, the other is told of it", async () => {
  for (const size of [1, 3 * MiB, 17 * MiB]) {
    const bytes = randomBytes(size);
    const both = await Promise.all([put(ann, `both ${size}`, bytes), put(ann, `both ${size}`, bytes)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 201]);
    expect(both[0]?.body.id).toBe(both[1]?.body.id);
  }
  const { items } = await ann.call(listFiles, { query: { limit: 1000 } });
  expect(items.filter(({ name }) => name.startsWith("both"))).toHaveLength(3);
});

test("of a file that came in pieces, cut at other places", async () => {
  for (const [name, size, cut] of [
    ["small pieces", 3_000_000, 1_200_000],
    ["large pieces", 20 * MiB, 5_000_000],
  ] as const) {
    const bytes = randomBytes(size);
    const begun = await tus(ann, "POST", "/api/v1/uploads", {
      headers: { "upload-length": size, "upload-metadata": metadataOf({ filename: name, lastModified }) },
    });
    const path = begun.headers.get("location") as string;
    let id: string | null = null;
    for (const [start, end] of [[0, cut] as const, [cut, size] as const]) {
      const answer = await tus(ann, "PATCH", path, {
        headers: { "upload-offset": start },
        body: bytes.subarray(start, end),
      });
      id = answer.headers.get("upload-file-id");
    }
    expect(await put(ann, name, bytes)).toMatchObject({ status: 200, body: { id } });
    expect(await put(ann, name, changed(bytes, cut))).toMatchObject({ status: 409 });
  }
});

test("where the first one has used the quota up", async () => {
  const bob = await server.person("bob");
  for (const size of [1000, 2 * MiB]) {
    const bytes = randomBytes(size);
    await server.admin.call(adminUpdateUser, {
      params: { id: bob.id },
      body: { quotaBytes: (await used(bob)) + size },
    });
    expect((await put(bob, `full ${size}`, bytes)).status).toBe(201);
    expect((await put(bob, `full ${size}`, bytes)).status).toBe(200);
    expect((await put(bob, `more ${size}`, bytes)).status).toBe(507);
  }
});
