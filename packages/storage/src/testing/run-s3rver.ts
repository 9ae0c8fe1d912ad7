import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import S3rver from "s3rver";

const crypto = createRequire(import.meta.url)("node:crypto") as typeof import("node:crypto");

/** s3rver scrambles its page tokens with single DES, which today's OpenSSL no longer offers; triple DES with one key thrice is the same. */
for (const name of ["createCipheriv", "createDecipheriv"] as const) {
  const original = crypto[name] as (algorithm: string, key: Buffer, iv: Buffer) => unknown;
  const patched = (algorithm: string, key: Buffer, iv: Buffer) =>
    algorithm === "des" ? original("des-ede3-cbc", Buffer.concat([key, key, key]), iv) : original(algorithm, key, iv);
  Object.assign(crypto, { [name]: patched });
}

export interface TestS3 {
  endpoint: string;
  bucket: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  close(): Promise<void>;
}

/** An S3 service on the loopback with one empty bucket. */
export async function runS3rver(): Promise<TestS3> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "holdfast-s3-"));
  const bucket = "files";
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    async close() {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}
