import type pg from "pg";
import { createAccessToken, createFolder } from "../../packages/contract/src/index.ts";
import { type AnyServer, anyServer } from "./any-server.ts";
import type { Person } from "./person.ts";

export interface SharingServer {
  readonly url: string;
  readonly admin: Person;
  /** Only in an `insideTest`, as is all that follows up to `addUser`. */
  readonly pool: pg.Pool;
  /** Ahead of the true time by so many ms. */
  readonly clock: { aheadMs: number };
  /** Writes the counts and log rows that wait in memory. */
  flush(): Promise<void>;
  addUser(email?: string): Promise<string>;
  addFolder(userId: string, name: string, parentId?: string): Promise<string>;
  addFile(userId: string, name: string, bytes: Uint8Array, options?: { parentId?: string }): Promise<string>;
  /** A call in a person's name, by a token that no hour ends; JSON in, JSON out. */
  as(userId: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  close(): Promise<void>;
}

export interface SharingServerOptions {
  readonly env?: Record<string, string>;
}

/** A server whose clock can be set, with the few things that tests of links need. */
export async function startSharingServer({ env = {} }: SharingServerOptions = {}): Promise<SharingServer> {
  const clock = { aheadMs: 0 };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const server: AnyServer = await anyServer(
    { PUBLIC_URL: "https://files.example", LOG_LEVEL: "fatal", ...env },
    { now },
  );
  const { url, admin } = server;
  const people = new Map<string, { person: Person; token: string }>();
  const by = (userId: string) => people.get(userId) as { person: Person; token: string };

  return {
    ...{ url, admin, clock },
    get pool() {
      return server.inside.services.pool;
    },
    flush: () => server.inside.services.sharing.shareLog.flush(),
    async addUser(email) {
      const person = await server.person(email?.replace(/@.*/, ""));
      const body = { name: "test", scopes: ["files:read" as const, "files:write" as const, "shares" as const] };
      const { token } = await person.call(createAccessToken, { body });
      people.set(person.id, { person, token });
      return person.id;
    },
    async addFolder(userId, name, parentId) {
      const body = { name, ...(parentId ? { parentId } : {}) };
      return (await by(userId).person.call(createFolder, { body })).id;
    },
    async addFile(userId, name, bytes, { parentId } = {}) {
      return (await by(userId).person.put(name, bytes, parentId ? { parentId } : {})).id;
    },
    async as(userId, method, path, body) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${by(userId).token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : null };
    },
    close: () => server.close(),
  };
}

/** Cookies that a server has set, as a browser would send them back to the path of that link. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
