import { open } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./errors.ts";

/**
 * The number that tells a cluster from every other, or null where there is no cluster. It is the first field of `global/pg_control`
 * (src/include/catalog/pg_control.h): 64 bits in the machine's own order, little-endian on every platform that we have binaries for.
 */
export async function readSystemIdentifier(dataDir: string): Promise<string | null> {
  try {
    const file = await open(join(dataDir, "global/pg_control"));
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
      return bytesRead === 8 ? buffer.readBigUInt64LE().toString() : null;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}
