import { FairShare } from "../../platform/http/clients/fair-share.ts";
import { segmentBytes, stagingBytes, stagingFor, type TakeMemory } from "../content/index.ts";

/** The memory that bodies take on their way to the store. */
export interface UploadMemory {
  /** Of a body of this length; null where nobody knows. @param key whose share it is */
  of(key: string, announced: number | null): TakeMemory;
}

/** A segment waits for so long, while nothing is read from its client. */
const patienceMs = 20_000;

/**
 * One client gets a quarter of `total` bytes. A segment that waits for its memory holds none: those before it are on their way into the
 * store and need no more.
 * @param inMemory whether the store takes a segment only when it has come whole
 */
export function createUploadMemory(total: number, inMemory: boolean): UploadMemory {
  // Twice as many as one client has memory for, so that programs may send small files on many connections.
  const waitingEach = Math.max(64, Math.ceil(total / 2 / stagingBytes));
  const memory = new FairShare({ total, each: total / 4, what: "uploads", waitingEach });
  return {
    of(key, announced) {
      const size = Math.min(announced ?? segmentBytes, segmentBytes);
      const buffer = stagingFor(announced);
      const staging = Math.min(Math.max(1, Math.ceil(size / buffer)), 2) * buffer;
      const amount = staging + (inMemory ? size : 0);
      return () => memory.wait(key, amount, patienceMs);
    },
  };
}
