import zlib from "node:zlib";
import { compress, compressBound, decompress, LEVEL, OUTPUT_CHUNK } from "../format/compression.ts";
import { usedUp } from "./garbage.ts";

/** What is kept for the next call. Beyond it a new context costs little beside the work. */
const LARGEST = 2 * 1024 * 1024;

/** The parts of zlib's streams that Node gives no public name: a context that works at once, in memory of the caller's. */
interface Stream {
  readonly _handle?: {
    onerror: (message: string) => void;
    writeSync?(
      flush: number,
      input: Uint8Array,
      from: number,
      length: number,
      output: Uint8Array,
      at: number,
      room: number,
    ): void;
  };
  /** What was left of the room, and of the input. */
  readonly _writeState?: Uint32Array;
}

/**
 * zstd's functions with a context and a buffer that are used again. Node's own make one a call, which for a small file takes longer than
 * its compression and leaves memory that only a full collection frees. Where a Node has no such context, or one says anything unusual,
 * Node's own functions do the work, so that results and errors are theirs; the bytes are the same either way.
 */
export class ReusedZstd {
  readonly #make: () => Stream;
  #stream: Stream | null = null;
  #output = Buffer.alloc(0);
  #failed = false;

  private constructor(make: () => Stream) {
    this.#make = make;
  }

  static compressor(): ReusedZstd {
    return new ReusedZstd(() => zlib.createZstdCompress({ ...LEVEL, chunkSize: 64 }) as unknown as Stream);
  }

  static decompressor(): ReusedZstd {
    return new ReusedZstd(() => zlib.createZstdDecompress({ chunkSize: 64 }) as unknown as Stream);
  }

  /** One frame; valid until the next call. */
  compress(bytes: Uint8Array): Uint8Array {
    const frame = this.#run(bytes, compressBound(bytes.length));
    if (frame !== null) return frame;
    const compressed = compress(bytes);
    usedUp(compressed.length, Math.min(bytes.length, OUTPUT_CHUNK));
    return compressed;
  }

  /** As `decompress`; valid until the next call. @throws RepositoryError "damaged" */
  decompress(bytes: Uint8Array, length: number): Buffer {
    // One byte more than is promised shows a frame that holds more.
    const plain = this.#run(bytes, length + 1);
    if (plain?.length === length) return plain;
    usedUp(length, Math.min(length, OUTPUT_CHUNK));
    return decompress(bytes, length);
  }

  /** Null where the result does not fill less than the room, or anything else is not as expected. */
  #run(bytes: Uint8Array, room: number): Buffer | null {
    if (room > LARGEST || bytes.length > LARGEST) return null;
    const { _handle: handle, _writeState: state } = this.#ready();
    if (handle?.writeSync === undefined || state === undefined) return null;
    if (this.#output.length < room) this.#output = Buffer.allocUnsafeSlow(room);
    handle.writeSync(zlib.constants.ZSTD_e_end, bytes, 0, bytes.length, this.#output, 0, room);
    const [left, unread] = state as unknown as [number, number];
    if (!this.#failed && unread === 0 && left > 0) return this.#output.subarray(0, room - left);
    // It may be in the middle of a frame.
    this.#stream = null;
    return null;
  }

  #ready(): Stream {
    if (this.#stream !== null) return this.#stream;
    this.#stream = this.#make();
    this.#failed = false;
    if (this.#stream._handle !== undefined) {
      this.#stream._handle.onerror = () => {
        this.#failed = true;
      };
    }
    return this.#stream;
  }
}
