import { unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createCertificate } from "../../support/certificate.ts";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisks } from "../../support/small-disk.ts";
import { type Drill, startDrill } from "./alert-drill.ts";

/** The drill continues where the disk and the certificate are the installation's own. */
vi.setConfig({ testTimeout: 180_000 });
const MIB = 2 ** 20;
const skipped = whyNoSmallDisks();

describe.skipIf(skipped)(`on a disk of 400 MB, with TLS${skipped ? ` (${skipped})` : ""}`, () => {
  let disk: SmallDisk;
  let drill: Drill;
  const certFile = join(tmpdir(), `holdfast-drill-${process.pid}-cert.pem`);
  const keyFile = join(tmpdir(), `holdfast-drill-${process.pid}-key.pem`);
  async function renew(days: number): Promise<void> {
    const { cert, key } = createCertificate("localhost", days);
    await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
  }
  beforeAll(async () => {
    // The certificates of this test are signed by nobody.
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    disk = mountSmallDisk(400 * MIB);
    await renew(90);
    const dataDir = join(disk.path, "data");
    drill = await startDrill({ dataDir, env: { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } });
  });
  afterAll(async () => {
    await drill?.close();
    disk?.remove();
    await Promise.all([certFile, keyFile].map((file) => unlink(file).catch(() => {})));
    vi.unstubAllEnvs();
  });

  test("the certificate nears its end, and is renewed", async () => {
    await renew(5);
    const { data } = await drill.begins("certificate.expiring");
    expect(data).toMatchObject({
      severity: "critical",
      title: expect.stringMatching(/^The TLS certificate ends in [45] days, on 20/),
    });
    await renew(90);
    await drill.ends("certificate.expiring");
  });

  test("another program fills the disk, and gives the room back", async () => {
    const other = join(disk.path, "another-program.bin");
    await writeFile(other, Buffer.alloc(disk.free() - 40 * MIB));
    const { data } = await drill.begins("disk.full");
    expect(data).toMatchObject({
      severity: "critical",
      title: expect.stringMatching(/^Uploads are refused: the disk of .* is almost full\.$/),
    });
    await unlink(other);
    await drill.ends("disk.full");
  });

  test("nobody was told of anything else", () => {
    expect(drill.unasked()).toEqual([]);
  });
});
