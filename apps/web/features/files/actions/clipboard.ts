import type { MoveRequest } from "./commands";

let held: MoveRequest | null = null;

/** Entries that Ctrl+C or Ctrl+X has taken up, until they are put down. */
export function hold(request: MoveRequest): void {
  held = request;
}

/** What Ctrl+V puts down: what was cut only once, what was copied as often as one likes. */
export function takeHeld(): MoveRequest | null {
  const request = held;
  if (held?.mode === "move") held = null;
  return request;
}
