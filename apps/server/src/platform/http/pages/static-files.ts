import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "application/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** By preference: the pages' build writes each text of theirs also in these forms. */
const encodings = [
  { name: "br", ending: ".br" },
  { name: "gzip", ending: ".gz" },
] as const;

const prefix = "/_next/static/";

/** Sends what it has. @returns whether it did; all else is the web server's */
export type SendStatic = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;

/**
 * The texts of built pages, compressed as far as can be when they were built. Their names change with their bytes, so a browser
 * keeps them for good, and they stay in memory here once they were asked for (less than 2 MB).
 *
 * @param folder of the build's static files; where there is none, nothing is sent
 */
export function staticFiles(folder: string): SendStatic {
  const paths = new Set<string>();
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) paths.add(relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
    }
  }
  const read = new Map<string, Promise<Buffer>>();
  return async (request, reply) => {
    if (!["GET", "HEAD"].includes(request.method) || !request.url.startsWith(prefix) || request.headers.range)
      return false;
    const path = request.url.slice(prefix.length).split("?", 1)[0] ?? "";
    const type = types[extname(path)];
    const encoding = encodings.find(
      ({ name, ending }) => accepts(request.headers["accept-encoding"], name) && paths.has(path + ending),
    );
    if (!type || !encoding) return false;
    const file = path + encoding.ending;
    let bytes = read.get(file);
    if (!bytes) {
      bytes = readFile(join(folder, file));
      read.set(file, bytes);
      bytes.catch(() => read.delete(file));
    }
    const body = await bytes.catch(() => null);
    if (!body) return false;
    reply.headers({
      "cache-control": "public, max-age=31536000, immutable",
      "content-encoding": encoding.name,
      "content-type": type,
      vary: "accept-encoding",
    });
    reply.send(body);
    return true;
  };
}

/** Whether an `Accept-Encoding` names it, and not with `q=0`. */
function accepts(header: string | string[] | undefined, name: string): boolean {
  return String(header ?? "")
    .split(",")
    .some((part) => {
      const [coding, ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      return coding === name && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });
}
