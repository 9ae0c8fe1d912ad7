import { meansAway } from "./away.ts";

/**
 * @param named what holds the connection string, such as "DATABASE_URL"
 * @returns a sentence on why there is no connection, or null where the error is of another kind
 */
export function explainDatabaseError(error: unknown, url: string, named: string): string | null {
  const { code = "", message = "" } = (error ?? {}) as NodeJS.ErrnoException;
  const { hostname, port, pathname, searchParams } = new URL(url);
  const server = `${searchParams.get("host") ?? hostname}:${port || 5432}`;
  if (meansAway(error)) return `The database at ${server} does not answer (${code || message}): check ${named}.`;
  if (code === "28P01" || code === "28000") {
    return `The database at ${server} refuses the user or password of ${named}.`;
  }
  if (code === "3D000") return `The server at ${server} has no database "${pathname.slice(1)}": check ${named}.`;
  return null;
}
