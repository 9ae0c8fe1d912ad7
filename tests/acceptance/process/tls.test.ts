import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCertificate } from "../../support/certificate.ts";
import { type Product, startProduct } from "../../support/product.ts";

let folder: string;
let product: Product | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-https-"));
});
afterEach(async () => {
  await product?.stop();
  product = undefined;
  await rm(folder, { recursive: true });
});

function statusOf(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => resolve(response.resume().statusCode)).on("error", reject);
  });
}

test("speaks HTTPS itself, and takes up a renewed certificate while it runs", async () => {
  const files = { TLS_CERT_FILE: join(folder, "cert.pem"), TLS_KEY_FILE: join(folder, "key.pem") };
  const write = async ({ cert, key }: { cert: string; key: string }) => {
    await writeFile(files.TLS_CERT_FILE, cert);
    await writeFile(files.TLS_KEY_FILE, key);
  };
  const [first, second] = [createCertificate(), createCertificate()];
  await write(first);
  product = await startProduct({ env: files });
  const { url } = product;
  expect(url).toMatch(/^https:/);
  expect(await statusOf(`${url}/healthz`, first.cert)).toBe(200);
  await write(second);
  await vi.waitFor(async () => expect(await statusOf(`${url}/healthz`, second.cert)).toBe(200), {
    timeout: 25_000,
    interval: 500,
  });
  await expect(statusOf(`${url}/healthz`, first.cert)).rejects.toThrow("self-signed certificate");
});

test("a certificate whose key does not fit is told at start", async () => {
  const files = { TLS_CERT_FILE: join(folder, "cert.pem"), TLS_KEY_FILE: join(folder, "key.pem") };
  await writeFile(files.TLS_CERT_FILE, createCertificate().cert);
  await writeFile(files.TLS_KEY_FILE, createCertificate().key);
  const failure = startProduct({ env: files });
  await expect(failure).rejects.toThrow(/TLS_CERT_FILE .* and TLS_KEY_FILE .* do not work together/);
  await expect(failure).rejects.not.toThrow("    at ");
});
