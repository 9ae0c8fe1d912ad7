import type { Operation } from "./operation.ts";

const reading: ReadonlySet<Operation["method"]> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether maintenance mode refuses an operation: the one place where this is decided. What is not named is refused, so that a new part of the
 * API changes nothing until somebody says that it may.
 */
export function heldInMaintenance({
  method,
  access,
  servedInMaintenance,
}: Pick<Operation, "method" | "access" | "servedInMaintenance">): boolean {
  return !(reading.has(method) || access === "admin" || access === "setup" || servedInMaintenance === true);
}
