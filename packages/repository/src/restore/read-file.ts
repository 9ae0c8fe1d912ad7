import type { ByteRange, Sink } from "@holdfast/storage";
import type { TreeNode } from "../format/tree.ts";
import type { Repository } from "../repository.ts";
import { readBlob } from "./blob-reader.ts";

const BLOBS_AHEAD = 2;

/**
 * Pushes a file of a snapshot, or a range of it, into `sink`, in order; reads of the next blobs run meanwhile.
 * @throws RangeError where the range leaves the file, RepositoryError "damaged".
 */
export async function readFile(repository: Repository, node: TreeNode, sink: Sink, range?: ByteRange): Promise<void> {
  const index = await repository.index();
  const content = node.content ?? [];
  const starts = [0];
  for (const id of content) starts.push((starts.at(-1) as number) + index.rawSize("data", Buffer.from(id, "hex")));
  const size = starts.at(-1) as number;
  const { start, end } = range ?? { start: 0, end: size };
  if (!(start >= 0 && start <= end && end <= size)) {
    throw new RangeError(`The range ${start}-${end} leaves a file of ${size} bytes.`);
  }
  const wanted = content
    .map((_, i) => i)
    .filter((i) => (starts[i] as number) < end && (starts[i + 1] as number) > start);
  const ahead: Promise<Buffer>[] = [];
  const request = (): void => {
    const next = wanted.shift();
    if (next === undefined) return;
    const from = starts[next] as number;
    const part = readBlob(repository, index, "data", content[next] as string).then((blob) =>
      blob.subarray(Math.max(0, start - from), Math.min(blob.length, end - from)),
    );
    part.catch(() => {});
    ahead.push(part);
  };
  for (let i = 0; i <= BLOBS_AHEAD; i++) request();
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    await sink(await part);
    request();
  }
}
