import { type Cipher, sha256Hex } from "../crypto/cipher.ts";
import { ID_BYTES, idAt } from "../format/ids.ts";
import { openHeader, type PackedBlob } from "../format/pack.ts";
import type { BlobOpener } from "./blob-opener.ts";
import type { CheckJob } from "./protocol.ts";

/** Everything that is wrong with a pack, as sentences; none for a good one. */
export function checkPack(cipher: Cipher, opener: BlobOpener, job: CheckJob): string[] {
  const pack = Buffer.from(job.slab, 0, job.size);
  const problems: string[] = [];
  if (sha256Hex(pack) !== job.packId) problems.push("its bytes do not have its name as hash");
  const count = job.blobs.length / 4;
  for (let i = 0; i < count; i++) {
    const [, offset, length, rawLength] = job.blobs.subarray(i * 4, i * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const id = job.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES);
    if (offset + length > job.size) {
      problems.push(`the blob ${idAt(job.ids, i)} lies beyond its end`);
      continue;
    }
    try {
      opener.open(id, pack.subarray(offset, offset + length), rawLength);
    } catch (error) {
      problems.push(`the blob ${idAt(job.ids, i)} at ${offset}: ${(error as Error).message}`);
    }
  }
  try {
    compareHeader(openHeader(cipher, pack), job, problems);
  } catch (error) {
    problems.push(`its header: ${(error as Error).message}`);
  }
  return problems;
}

function compareHeader(header: PackedBlob[], job: CheckJob, problems: string[]): void {
  const inHeader = new Set(header.map((blob) => describe(blob.id.toString("hex"), blob.type === "tree" ? 1 : 0, blob)));
  for (let i = 0; i * 4 < job.blobs.length; i++) {
    const [type, offset, length, rawLength] = job.blobs.subarray(i * 4, i * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const id = idAt(job.ids, i);
    if (!inHeader.delete(describe(id, type, { offset, length, rawLength }))) {
      problems.push(`the blob ${id} is in the index, but not in its header`);
    }
  }
  for (const blob of inHeader) problems.push(`the blob ${blob.slice(0, 64)} is in its header, but not in the index`);
}

function describe(id: string, type: number, place: { offset: number; length: number; rawLength: number }): string {
  return `${id} ${type} ${place.offset} ${place.length} ${place.rawLength}`;
}
