import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCertificate } from "../../../../../../tests/support/certificate.ts";
import { openTls, TlsError } from "./tls.ts";

let folder: string;
let files: { certFile: string; keyFile: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-tls-"));
  files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
});
afterEach(() => rmSync(folder, { recursive: true }));

function write({ cert, key }: { cert: string; key: string }): void {
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key);
}

/** The common name that a new connection is shown. */
function nameAt(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ca }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

test("new connections get the renewed certificate, and half a renewal changes nothing", async () => {
  const [first, second] = [createCertificate("first"), createCertificate("second")];
  write(first);
  const log = { info: vi.fn<(text: string) => void>(), warn: vi.fn<(text: string) => void>() };
  const tls = openTls(files, log, 20);
  const server = createServer(tls.options).listen(0, "127.0.0.1");
  await once(server, "listening");
  tls.attach(server);
  const { port } = server.address() as AddressInfo;
  expect(await nameAt(port, first.cert)).toBe("first");

  writeFileSync(files.certFile, second.cert);
  await vi.waitFor(() => expect(log.warn).toHaveBeenCalled(), 5_000);
  expect(await nameAt(port, first.cert)).toBe("first");

  writeFileSync(files.keyFile, second.key);
  await vi.waitFor(async () => expect(await nameAt(port, second.cert)).toBe("second"), 5_000);
  expect(log.info).toHaveBeenCalledOnce();
  tls.close();
  server.close();
});

test("files that do not fit are refused at start with a sentence", () => {
  write({ cert: createCertificate().cert, key: createCertificate().key });
  const log = { info: () => {}, warn: () => {} };
  expect(() => openTls(files, log)).toThrow(TlsError);
  expect(() => openTls(files, log)).toThrow(/TLS_CERT_FILE .* and TLS_KEY_FILE .* do not work together: .*mismatch/);
});

test("says until when the certificate is good that is served", () => {
  write(createCertificate());
  const tls = openTls(files, { info: () => {}, warn: () => {} });
  const days = (tls.ends().getTime() - Date.now()) / 86_400_000;
  tls.close();
  expect(days).toBeGreaterThan(29);
  expect(days).toBeLessThan(31);
});
