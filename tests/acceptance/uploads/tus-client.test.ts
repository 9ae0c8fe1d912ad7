import { randomBytes } from "node:crypto";
import * as client from "tus-js-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type AnyServer, anyServer } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";

/** The client that browsers and most programs use, as it is. */
// On a machine that is busy with other things, many requests take their time.
vi.setConfig({ testTimeout: 120_000 });

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer();
  ann = await server.person();
});
afterAll(() => server.close());

interface Done {
  upload: client.Upload;
  fileId: string;
}

function upload(
  input: ConstructorParameters<typeof client.Upload>[0],
  options: client.UploadOptions,
): Promise<Done> & { handle: client.Upload } {
  const { promise, resolve, reject } = Promise.withResolvers<Done>();
  let fileId = "";
  const handle = new client.Upload(input, {
    endpoint: `${server.url}/api/v1/uploads`,
    headers: ann.headers,
    retryDelays: null,
    ...options,
    onAfterResponse: (_request, response) => {
      fileId = response.getHeader("upload-file-id") ?? fileId;
    },
    onError: reject,
    onSuccess: () => resolve({ upload: handle, fileId }),
  });
  handle.start();
  return Object.assign(promise, { handle });
}

test("a buffer in one piece, in pieces, and with its first bytes in the creation", async () => {
  const bytes = randomBytes(5_000_011);
  for (const [name, options] of Object.entries({
    whole: {},
    pieces: { chunkSize: 777_777 },
    creation: { uploadDataDuringCreation: true },
    "creation in pieces": { uploadDataDuringCreation: true, chunkSize: 1_000_000 },
    "by override": { overridePatchMethod: true },
  })) {
    const { fileId } = await upload(bytes, { metadata: { filename: name }, ...options });
    expect((await ann.read(fileId)).equals(bytes), name).toBe(true);
  }
});

test("nothing at all", async () => {
  const { fileId } = await upload(Buffer.alloc(0), { metadata: { filename: "empty" } });
  expect((await ann.read(fileId)).length).toBe(0);
});

test("a length that is told with the last piece", async () => {
  const bytes = randomBytes(3_500_000);
  const options = { metadata: { filename: "deferred" }, chunkSize: 600_000, uploadLengthDeferred: true };
  const { fileId } = await upload(bytes, options);
  expect((await ann.read(fileId)).equals(bytes)).toBe(true);
});

test("paused in the middle of a request, then resumed by the same and by another client", async () => {
  const bytes = randomBytes(40_000_000);
  for (const again of ["same", "another"]) {
    const { promise: paused, resolve } = Promise.withResolvers<void>();
    const { handle } = upload(bytes, {
      metadata: { filename: `resumed by ${again}` },
      onProgress: (sent) => {
        if (sent > 0 && sent < bytes.length) void handle.abort().then(resolve);
      },
    });
    await paused;
    const first = new Set<number>();
    const { fileId } = await upload(bytes, {
      uploadUrl: handle.url,
      onProgress: (sent) => first.add(sent),
    });
    expect((await ann.read(fileId)).equals(bytes)).toBe(true);
  }
});

test("parallel uploads of one person keep apart", async () => {
  const all = Array.from({ length: 8 }, (_, i) => randomBytes(1_500_000 + i));
  const done = await Promise.all(
    all.map((bytes, i) => upload(bytes, { metadata: { filename: `parallel ${i}` }, chunkSize: 400_000 })),
  );
  for (const [i, { fileId }] of done.entries()) expect((await ann.read(fileId)).equals(all[i] as Buffer)).toBe(true);
});

test("given up", async () => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const { handle } = upload(randomBytes(3_000_000), {
    metadata: { filename: "given up" },
    chunkSize: 500_000,
    onChunkComplete: () => void handle.abort(true).then(resolve),
  });
  await aborted;
  const answer = await ann.fetch(new URL(handle.url as string).pathname, {
    method: "HEAD",
    headers: { "tus-resumable": "1.0.0" },
  });
  expect(answer.status).toBe(404);
});
