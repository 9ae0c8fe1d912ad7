import { ProblemError } from "../../../platform/http/problem.ts";
import type { TarEntry } from "../../../platform/tar/read-tar.ts";
import { checkName, maxDepth, tooDeep } from "../../files/index.ts";

/** Answers repeat the paths of a thousand entries. */
const maxPathBytes = 8 * 1024;

/**
 * The names on the way to an entry, its own last; none for the folder itself that the archive goes into. All are judged before any folder is
 * made. @throws invalid_name, too_deep
 */
export function namesOf({ path, shown }: TarEntry): string[] {
  if (path === null) throw new ProblemError("invalid_name", "The path is not valid UTF-8.");
  if (Buffer.byteLength(shown) > maxPathBytes)
    throw new ProblemError("invalid_name", `The path is longer than ${maxPathBytes} bytes. Send this file on its own.`);
  if (path.startsWith("/"))
    throw new ProblemError("invalid_name", "The path begins with a slash. Make the archive with relative paths.");
  const below = path.replace(/^(\.\/)+/, "").replace(/\/$/, "");
  if (below === "" || below === ".") return [];
  const names = below.split("/");
  // The last one may be a file's.
  if (names.length > maxDepth + 1) throw tooDeep();
  return names.map(checkName);
}

/** A path for the answer, which has to end. */
export function pathForAnswer({ shown }: TarEntry): string {
  return shown.length > maxPathBytes ? `${shown.slice(0, 1000)}…` : shown;
}
