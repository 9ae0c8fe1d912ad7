import { randomBytes } from "node:crypto";
import { createLocalStore } from "@holdfast/storage";
import { Cipher } from "../../../packages/repository/src/crypto/cipher.ts";
import { listDocuments } from "../../../packages/repository/src/format/files.ts";
import { randomMasterKey } from "../../../packages/repository/src/format/keys.ts";
import { loadIndexFiles, saveIndexFile } from "../../../packages/repository/src/index/index-files.ts";
import { RepositoryIndex } from "../../../packages/repository/src/index/repository-index.ts";

// An index of very many blobs, written or read: node index-child.ts write|read <folder> <blobs> <key>. Prints figures as JSON.

const BLOBS_PER_PACK = 500;
const PACKS_PER_FILE = 100;

const [operation, root, count, secret] = process.argv.slice(2) as ["write" | "read", string, string, string];
const store = await createLocalStore({ root });
const key = randomMasterKey();
key.encrypt.set(Buffer.from(secret, "hex"));
key.macK.fill(1);
key.macR.fill(0);
const cipher = new Cipher(key);
if (operation === "write") await writeIndex(Number(count));
else await readIndex();
await store.close();

async function writeIndex(blobs: number): Promise<void> {
  for (let done = 0; done < blobs; done += BLOBS_PER_PACK * PACKS_PER_FILE) {
    const packs = Array.from({ length: PACKS_PER_FILE }, () => ({
      id: randomBytes(32).toString("hex"),
      blobs: Array.from({ length: BLOBS_PER_PACK }, (_, i) => ({
        id: randomBytes(32),
        type: "data" as const,
        offset: i * 30_000,
        length: 30_000,
        rawLength: 80_000,
      })),
    }));
    await saveIndexFile(store, cipher, packs);
  }
}

async function readIndex(): Promise<void> {
  const memory = (): number => process.memoryUsage().rss / 1024 ** 2;
  const before = memory();
  const index = new RepositoryIndex();
  const start = performance.now();
  await loadIndexFiles(store, cipher, index, await listDocuments(store, "index"), (_id, error) => {
    throw error;
  });
  const loadSeconds = (performance.now() - start) / 1000;
  const kept = process.memoryUsage().arrayBuffers / 1024 ** 2;
  const contents = index.packContents();
  if (contents.places(0).length !== BLOBS_PER_PACK) throw new Error("A pack does not hold what was written.");
  const contentsMiB = process.memoryUsage().arrayBuffers / 1024 ** 2 - kept;
  const figures = { blobs: index.blobCount, loadSeconds, before, after: memory(), tables: kept, contents: contentsMiB };
  process.stdout.write(JSON.stringify(figures));
}
