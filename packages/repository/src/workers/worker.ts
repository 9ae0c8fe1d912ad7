import { parentPort, workerData } from "node:worker_threads";
import { findCut, gearTable, MAX_CHUNK, MIN_CHUNK } from "../chunker.ts";
import { Cipher, sha256 } from "../crypto/cipher.ts";
import { RepositoryError } from "../errors.ts";
import { ID_BYTES } from "../format/ids.ts";
import { BlobOpener } from "./blob-opener.ts";
import { checkPack } from "./check-pack.ts";
import { PackBuffers, PackBuilder } from "./pack-builder.ts";
import type {
  ChunkAnswer,
  ChunkJob,
  CopyJob,
  FinishedPack,
  FromWorker,
  Job,
  OpenAnswer,
  OpenJob,
  StoreJob,
  ToWorker,
  WorkerSettings,
} from "./protocol.ts";

type Numbers4 = [number, number, number, number];

const port = parentPort;
if (port === null) throw new Error("This file is a worker.");
const settings = workerData as WorkerSettings;
const cipher = new Cipher(settings.key);
const opener = new BlobOpener(cipher);
const table = gearTable(settings.secret);
const buffers = new PackBuffers(settings.packSize);
const emit = (pack: FinishedPack): void => send({ pack });
const builders = {
  data: new PackBuilder("data", cipher, { packSize: settings.packSize, buffers, emit }),
  tree: new PackBuilder("tree", cipher, { packSize: settings.packSize, buffers, emit }),
};
const answers = new Map<number, (wanted: Uint8Array) => void>();
/** One job after the other packs; cutting and opening go on while it waits for a buffer. */
let packing = Promise.resolve();

function send(message: FromWorker): void {
  port?.postMessage(message);
}

function inTurn(work: () => Promise<void>): Promise<void> {
  const turn = packing.then(work);
  packing = turn.catch(() => {});
  return turn;
}

port.on("message", (message: ToWorker) => {
  if ("buffer" in message) {
    buffers.give(message.buffer);
  } else if ("wanted" in message) {
    answers.get(message.job)?.(message.wanted);
    answers.delete(message.job);
  } else {
    run(message.job, message.work).catch((error: unknown) => {
      const code = error instanceof RepositoryError ? error.code : undefined;
      send({ job: message.job, error: { code, message: error instanceof Error ? error.message : String(error) } });
    });
  }
});

async function run(job: number, work: Job): Promise<void> {
  switch (work.kind) {
    case "chunk":
      await chunk(job, work);
      return send({ job, done: null });
    case "store":
      await inTurn(() => store(work));
      return send({ job, done: null });
    case "copy":
      await inTurn(() => copy(work));
      return send({ job, done: null });
    case "open":
      return send({ job, done: open(work) });
    case "check":
      return send({ job, done: { problems: checkPack(cipher, opener, work) } });
    case "flush":
      await inTurn(async () => {
        builders.data.flush();
        builders.tree.flush();
      });
      return send({ job, done: null });
  }
}

async function chunk(job: number, work: ChunkJob): Promise<void> {
  const bytes = Buffer.from(work.slab);
  const { chunks, starts } = cut(bytes, work.parts);
  const wanted = await new Promise<Uint8Array>((resolve) => {
    answers.set(job, resolve);
    // The ids are needed here, too: the main thread gets a copy.
    send({ job, chunks });
  });
  await inTurn(async () => {
    for (let i = 0; i < wanted.length; i++) {
      if (wanted[i] === 0) continue;
      const start = starts[i] as number;
      const id = chunks.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES);
      await builders.data.add(id, bytes.subarray(start, start + (chunks.lengths[i] as number)));
    }
  });
}

function cut(bytes: Buffer, parts: Uint32Array): { chunks: ChunkAnswer; starts: number[] } {
  const starts: number[] = [];
  const lengths: number[] = [];
  const counts = new Uint32Array(parts.length / 2);
  for (let part = 0; part < counts.length; part++) {
    const end = (parts[part * 2] as number) + (parts[part * 2 + 1] as number);
    for (let at = parts[part * 2] as number; at < end; ) {
      const next = end - at <= MIN_CHUNK ? end : findCut(bytes, at, Math.min(end, at + MAX_CHUNK), table);
      starts.push(at);
      lengths.push(next - at);
      counts[part] = (counts[part] as number) + 1;
      at = next;
    }
  }
  const ids = new Uint8Array(starts.length * ID_BYTES);
  for (const [i, start] of starts.entries()) {
    ids.set(sha256(bytes.subarray(start, start + (lengths[i] as number))), i * ID_BYTES);
  }
  return { chunks: { ids, lengths: Uint32Array.from(lengths), counts }, starts };
}

async function store(work: StoreJob): Promise<void> {
  const bytes = Buffer.from(work.slab);
  for (let i = 0; i * 2 < work.blobs.length; i++) {
    const start = work.blobs[i * 2] as number;
    const id = work.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES);
    await builders[work.type].add(id, bytes.subarray(start, start + (work.blobs[i * 2 + 1] as number)));
  }
}

async function copy(work: CopyJob): Promise<void> {
  const bytes = Buffer.from(work.slab);
  for (let i = 0; i * 3 < work.blobs.length; i++) {
    const [start, length, rawLength] = work.blobs.subarray(i * 3, i * 3 + 3) as unknown as [number, number, number];
    const id = work.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES);
    await builders[work.type].addSealed(id, bytes.subarray(start, start + length), rawLength);
  }
}

function open(work: OpenJob): OpenAnswer {
  const bytes = Buffer.from(work.slab);
  const plain = Buffer.from(work.plain);
  const failed: [number, string][] = [];
  for (let i = 0; i * 4 < work.blobs.length; i++) {
    const [start, length, rawLength, target] = work.blobs.subarray(i * 4, i * 4 + 4) as unknown as Numbers4;
    try {
      const id = work.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES);
      plain.set(opener.open(id, bytes.subarray(start, start + length), rawLength), target);
    } catch (error) {
      failed.push([i, error instanceof Error ? error.message : String(error)]);
    }
  }
  return { failed };
}
