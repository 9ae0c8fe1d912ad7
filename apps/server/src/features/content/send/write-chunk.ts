import type { ServerResponse } from "node:http";

/** The client went away while bytes were under way to it. */
class ClientGone extends Error {
  override name = "ClientGone";
}

/**
 * Writes a chunk to a response. Resolves when the chunk's memory may be reused: when the kernel has it. Rejects when the client is gone.
 */
export function writeChunk(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed || response.socket?.destroyed) {
      reject(new ClientGone());
      return;
    }
    const onClose = () => reject(new ClientGone());
    response.once("close", onClose);
    response.write(chunk, (error) => {
      response.off("close", onClose);
      if (error) reject(error);
      else resolve();
    });
  });
}
