import { isUtf8 } from "node:buffer";
import { ByteCursor, cut } from "./byte-cursor.ts";
import { blockBytes, DamagedArchive, isZero, readHeader, readRecords, type TarHeader, untilNul } from "./tar-header.ts";

/** `other`: a link, a device, a pipe, a sparse file, or what nobody knows. */
export type TarKind = "file" | "folder" | "other";

export interface TarEntry {
  /** Null where it is not UTF-8. */
  readonly path: string | null;
  /** The path for people, with signs in the place of what is not UTF-8. */
  readonly shown: string;
  readonly kind: TarKind;
  readonly size: number;
  readonly modifiedAt: Date;
  /** Whether `bytes` has given all. */
  readonly whole: boolean;
  /** Once. Each chunk is valid until the next is asked for. The next entry is read when this has ended, or `skip` was called. */
  bytes(): AsyncGenerator<Buffer, void, void>;
  /** Lets what is left of the bytes go unread. */
  skip(): void;
}

/** Records of pax and long names are held in memory up to here. */
const maxMetaBytes = 1024 * 1024;

/** Type flags: a regular file has one of three, and what says more of the next entry one of five. */
const fileTypes = new Set(["0", "\0", "7"]);
const metaTypes = new Set(["x", "X", "g", "L", "K"]);

/**
 * The entries of a tar stream, in their order: v7, ustar, GNU and pax. Memory is bounded whatever the stream says, and nothing of an entry is
 * read before it is asked for.
 * @param chunks each valid until the next is asked for
 * @throws DamagedArchive, and what `chunks` throws
 */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarEntry, void, void> {
  const cursor = new ByteCursor(chunks);
  const global = new Map<string, Buffer>();
  let records = new Map<string, Buffer>();
  let longName: Buffer | null = null;
  try {
    for (;;) {
      const block = await cursor.exactly(blockBytes);
      if (block === null) throw cut();
      const header = readHeader(block);
      if (header === null) return await readRest(cursor);
      if (metaTypes.has(header.type)) {
        const meta = await readMeta(cursor, header);
        if (header.type === "L") longName = untilNul(meta);
        else if (header.type === "g") for (const [key, value] of readRecords(meta)) global.set(key, value);
        else if (header.type !== "K") records = readRecords(meta);
        continue;
      }
      const entry = new Entry(cursor, header, new Map([...global, ...records]), longName);
      records = new Map();
      longName = null;
      yield entry;
      await entry.end();
    }
  } finally {
    await cursor.close();
  }
}

async function readMeta(cursor: ByteCursor, { size }: TarHeader): Promise<Buffer> {
  if (size > maxMetaBytes) throw new DamagedArchive("A header in the archive is larger than any that is read here.");
  const meta = size === 0 ? Buffer.alloc(0) : await cursor.exactly(size);
  if (meta === null) throw cut();
  const kept = Buffer.from(meta);
  await cursor.skip(fill(size));
  return kept;
}

/** What follows the end of an archive fills its last record, and is nothing else. */
async function readRest(cursor: ByteCursor): Promise<void> {
  for (;;) {
    const part = await cursor.some(Number.MAX_SAFE_INTEGER);
    if (part === null) return;
    if (!isZero(part))
      throw new DamagedArchive("Something follows the end of the archive. Send one archive at a time.");
  }
}

/** Bytes up to the next block. */
function fill(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

class Entry implements TarEntry {
  readonly path: string | null;
  readonly shown: string;
  readonly kind: TarKind;
  readonly size: number;
  readonly modifiedAt: Date;
  readonly #cursor: ByteCursor;
  #left: number;
  #skip: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#skip = resolve;
  });

  constructor(cursor: ByteCursor, header: TarHeader, records: Map<string, Buffer>, longName: Buffer | null) {
    const said = (key: string) => (records.get(key)?.length ? records.get(key) : undefined);
    const path = said("path") ?? longName ?? header.path;
    this.shown = path.toString("utf8");
    this.path = isUtf8(path) ? this.shown : null;
    this.size = sizeOf(header, said("size"));
    this.kind = kindOf(header, this.shown, records);
    const mtime = said("mtime");
    this.modifiedAt = new Date(Math.round((mtime ? Number.parseFloat(mtime.toString("latin1")) : header.mtime) * 1000));
    this.#cursor = cursor;
    this.#left = this.size;
  }

  get whole(): boolean {
    return this.#left === 0;
  }

  async *bytes(): AsyncGenerator<Buffer, void, void> {
    try {
      while (this.#left > 0) {
        const part = await this.#cursor.some(this.#left);
        if (part === null) throw cut();
        this.#left -= part.length;
        yield part;
      }
    } finally {
      this.#skip();
    }
  }

  skip(): void {
    this.#skip();
  }

  /** Waits until nobody reads it, and passes over what is left. */
  async end(): Promise<void> {
    await this.#ended;
    await this.#cursor.skip(this.#left + fill(this.size));
  }
}

function kindOf({ type }: TarHeader, path: string, records: Map<string, Buffer>): TarKind {
  if (type === "5") return "folder";
  if (!fileTypes.has(type) || [...records.keys()].some((key) => key.startsWith("GNU.sparse."))) return "other";
  // As archives from before 1988 have it.
  return path.endsWith("/") ? "folder" : "file";
}

/** A size in the records stands for one that does not fit into a header. */
function sizeOf({ type, size }: TarHeader, said: Buffer | undefined): number {
  if (said === undefined || /[1-6]/.test(type)) return size;
  const text = said.toString("latin1");
  if (!/^[0-9]{1,15}$/.test(text)) throw new DamagedArchive("A header of pax in the archive has no valid size.");
  return Number(text);
}
