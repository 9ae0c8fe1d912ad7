import { ApiError } from "@holdfast/contract/client";
import { waitForServer } from "./connection";

/** Longer than a database takes to be back after a crash; then the page says what is wrong, with a button. */
const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** Whether the server, or its database, is away at the moment. */
export function isAway(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "unavailable" || error.code === "server_busy");
}

/** Reads until the server is back. Only for what changes nothing. */
export async function readAgain<T>(read: () => Promise<T>, signal?: AbortSignal | null): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  let done: (() => void) | null = null;
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await read();
      } catch (error) {
        if (!isAway(error) || signal?.aborted || Date.now() > end) throw error;
        done ??= waitForServer();
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  } finally {
    done?.();
  }
}
