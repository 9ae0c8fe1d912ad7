import type { ObjectStore } from "@holdfast/storage";
import { type Cipher, sha256Hex } from "../crypto/cipher.ts";
import { damaged } from "../errors.ts";
import { compress, decompress } from "./compression.ts";
import { isId } from "./ids.ts";

/** The kinds of sealed JSON documents, each in the folder of its name, named by the SHA-256 of the sealed bytes. */
export type DocumentKind = "index" | "snapshots" | "locks";

/** "Unpacked Data Format" of restic's design: a byte 2 and zstd, sealed. */
export async function saveDocument(
  store: ObjectStore,
  cipher: Cipher,
  kind: DocumentKind,
  document: string,
): Promise<string> {
  const sealed = cipher.seal(Buffer.concat([Buffer.from([2]), compress(Buffer.from(document))]));
  const id = sha256Hex(sealed);
  await store.put(`${kind}/${id}`, sealed);
  return id;
}

/** What a document takes at most, sealed or not: restic's and ours stay far below, and nobody is to be filled with zeros. */
const LARGEST: Record<DocumentKind, number> = {
  index: 256 * 1024 * 1024,
  snapshots: 32 * 1024 * 1024,
  locks: 64 * 1024,
};

/** A whole object of a repository that need not mean well. @throws RepositoryError "damaged" where it is larger, or ObjectNotFound */
export async function readAtMost(store: ObjectStore, key: string, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  await store.get(key, (chunk) => {
    size += chunk.length;
    if (size > bytes) throw damaged(`The file ${key} has more than ${bytes} bytes.`);
    chunks.push(Buffer.from(chunk));
  });
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** The JSON text of a document. @throws RepositoryError "damaged", or ObjectNotFound. */
export async function loadDocument(
  store: ObjectStore,
  cipher: Cipher,
  kind: DocumentKind,
  id: string,
): Promise<Buffer> {
  const sealed = await readAtMost(store, `${kind}/${id}`, LARGEST[kind]);
  if (sha256Hex(sealed) !== id)
    throw damaged(`The file ${kind}/${id} is damaged: its bytes do not have its name as hash.`);
  const plain = cipher.open(sealed);
  const encoding = plain[0];
  // Repositories of version 1, and upgraded ones, hold plain JSON.
  if (encoding === 0x7b || encoding === 0x5b) return plain;
  if (encoding !== 2) throw damaged(`The file ${kind}/${id} has the unknown encoding ${encoding}.`);
  return decompress(plain.subarray(1), { atMost: LARGEST[kind] });
}

export async function listDocuments(store: ObjectStore, kind: DocumentKind): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of store.list(`${kind}/`)) {
    const id = key.slice(kind.length + 1);
    if (isId(id)) ids.push(id);
  }
  return ids.sort();
}

/** Ids and sizes of all packs that the store holds. */
export async function listPacks(store: ObjectStore): Promise<Map<string, number>> {
  const packs = new Map<string, number>();
  for await (const { key, size } of store.list("data/")) {
    const id = key.slice(key.lastIndexOf("/") + 1);
    if (isId(id)) packs.set(id, size);
  }
  return packs;
}
