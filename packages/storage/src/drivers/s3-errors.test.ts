import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runS3rver, type TestS3 } from "../testing/run-s3rver.ts";
import { createS3Store, type S3StoreOptions } from "./s3.ts";
import { s3Error } from "./s3-errors.ts";

let s3: TestS3;
beforeAll(async () => {
  s3 = await runS3rver();
});
afterAll(() => s3.close());

/** What trying a store out says. */
async function probe(wrong: Partial<S3StoreOptions>): Promise<unknown> {
  const right = { bucket: s3.bucket, region: "us-east-1", endpoint: s3.endpoint, pathStyle: true };
  const store = await createS3Store({ ...right, credentials: s3.credentials, ...wrong });
  const outcome: unknown = await store.probe().catch((error: unknown) => error);
  await store.close();
  return outcome;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("a store in order is tried out without a word", async () => {
  expect(await probe({})).toEqual({ freeBytes: null });
});

test("a missing bucket is called that, and trying again would not help", async () => {
  expect(await probe({ bucket: "elsewhere" })).toMatchObject({
    code: "unavailable",
    message: `There is no bucket "elsewhere" at ${s3.endpoint} (NoSuchBucket).`,
    retryable: false,
    setting: "bucket",
  });
});

test("a dead endpoint is named, with the system's own word", async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  expect(await probe({ endpoint })).toMatchObject({
    code: "unavailable",
    message: `The object store at ${endpoint} cannot be reached (ECONNREFUSED).`,
    retryable: true,
    setting: "endpoint",
  });
  const unknown = await probe({ endpoint: "http://store.invalid" });
  expect(unknown).toMatchObject({
    message: expect.stringMatching(/^The object store at \S+ cannot be reached \((ENOTFOUND|EAI_AGAIN)\)\.$/),
  });
});

test("a wrong key is called that", async () => {
  expect(await probe({ credentials: { accessKeyId: "NOBODY", secretAccessKey: "x" } })).toMatchObject({
    message: `${s3.endpoint} does not know the access key (InvalidAccessKeyId).`,
    setting: "key",
  });
});

const place = { bucket: "files", endpoint: "https://s3.example.org" };

test.each([
  [
    { name: "SignatureDoesNotMatch", $metadata: { httpStatusCode: 403 } },
    "https://s3.example.org refuses the access key's secret (SignatureDoesNotMatch).",
  ],
  [
    { name: "AccessDenied", $metadata: { httpStatusCode: 403 } },
    'The access key may not store anything in the bucket "files" (AccessDenied).',
  ],
  [
    { name: "UnknownError", $metadata: { httpStatusCode: 403 } },
    'The access key may not store anything in the bucket "files" (403).',
  ],
  [
    { name: "PermanentRedirect", $metadata: { httpStatusCode: 301 } },
    'The bucket "files" is in another region than the one that is set (PermanentRedirect).',
  ],
  [{ name: "Error", $metadata: { httpStatusCode: 500 } }, "The object store could not store anything (status 500)."],
  [{ name: "SlowDown", $metadata: { httpStatusCode: 503 } }, "The object store could not store anything (SlowDown)."],
  [
    { name: "Error", cause: { errors: [{ code: "ECONNREFUSED" }] } },
    "The object store at https://s3.example.org cannot be reached (ECONNREFUSED).",
  ],
  [
    { name: "Error", code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    "The object store at https://s3.example.org cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT).",
  ],
  [
    { name: "TimeoutError", message: "too slow" },
    "The object store at https://s3.example.org cannot be reached (TimeoutError).",
  ],
])("%j is one sentence", (error, sentence) => {
  expect(s3Error(error, "store anything", place).message).toBe(sentence);
});
