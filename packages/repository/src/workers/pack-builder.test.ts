import { randomBytes } from "node:crypto";
import v8 from "node:v8";
import vm from "node:vm";
import { expect, test } from "vitest";
import { Cipher, sha256 } from "../crypto/cipher.ts";
import { Random } from "../testing/random.ts";
import { PackBuffers, PackBuilder } from "./pack-builder.ts";

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc") as () => void;

test("a pack in progress takes its buffer and little for each of its blobs", async () => {
  const cipher = new Cipher({ encrypt: randomBytes(32), macK: randomBytes(16), macR: randomBytes(16) });
  const settings = { packSize: 32 * 1024 * 1024, buffers: new PackBuffers(32 * 1024 * 1024), emit: () => {} };
  const builder = new PackBuilder("tree", cipher, settings);
  const random = new Random(7);
  const add = async (): Promise<void> => {
    // What a folder of a hundred files comes to: 12 KiB and more as text, half of it when compressed.
    const tree = Buffer.from(random.bytes(6000 + random.below(6000)).toString("hex"));
    await builder.add(sha256(tree), tree);
  };
  await add();
  collect();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 1000; i++) await add();
  collect();
  const grown = process.memoryUsage().arrayBuffers - before;
  // Some megabytes of what was used up may wait to be freed.
  expect(grown).toBeLessThan(16 * 1024 * 1024);
});
