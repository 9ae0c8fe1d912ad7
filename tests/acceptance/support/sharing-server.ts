import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import pino from "pino";
import { createThrottle } from "../../../apps/server/src/features/auth/index.ts";
import {
  createSegmentReader,
  createVerifiedNotes,
  segmentKey,
} from "../../../apps/server/src/features/content/index.ts";
import { createSharing, type RequestedFile, sharingRoutes } from "../../../apps/server/src/features/sharing/index.ts";
import { createDatabase } from "../../../apps/server/src/platform/database/database.ts";
import { createListener } from "../../../apps/server/src/platform/database/listen.ts";
import { createPool } from "../../../apps/server/src/platform/database/pool.ts";
import { createEvents } from "../../../apps/server/src/platform/events/events.ts";
import { createApp } from "../../../apps/server/src/platform/http/app.ts";
import { registerIdempotency } from "../../../apps/server/src/platform/http/idempotency/idempotency.ts";
import { answerKeyOf } from "../../../apps/server/src/platform/http/idempotency/kept-answers.ts";
import { newId } from "../../../apps/server/src/platform/ids.ts";
import { createPasswordHasher } from "../../../packages/identity/src/index.ts";
import { createLocalStore } from "../../../packages/storage/src/index.ts";
import { createMigratedDatabase } from "../../support/database.ts";

export interface SharingServer {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Ahead of the true time by so many ms. */
  readonly clock: { aheadMs: number };
  /** What was put into folders by links. */
  readonly received: RequestedFile[];
  /** Writes the counts and log rows that wait in memory. */
  flush(): Promise<void>;
  addUser(email?: string): Promise<string>;
  addFolder(userId: string, name: string, parentId?: string): Promise<string>;
  addFile(
    userId: string,
    name: string,
    bytes: Uint8Array,
    options?: { parentId?: string; type?: string },
  ): Promise<string>;
  /** A call in a person's name; JSON in, JSON out. */
  as(userId: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  close(): Promise<void>;
}

export interface SharingServerOptions {
  cdn?: boolean;
}

/** Sharing on a real port, over PostgreSQL and files on disk. People sign in by naming themselves. */
export async function startSharingServer(options: SharingServerOptions = {}): Promise<SharingServer> {
  const database = await createMigratedDatabase();
  const folder = await mkdtemp(join(tmpdir(), "holdfast-sharing-"));
  const pool = createPool(database.url, { max: 20, name: "holdfast test", onError: () => {} });
  const db = createDatabase(pool);
  const listener = await createListener(database.url, () => {});
  const log = pino({ level: "warn" });
  const events = await createEvents({ db, listener, log });
  const store = await createLocalStore({ root: folder });
  const notes = createVerifiedNotes(db, log);
  const segments = createSegmentReader({ store, notes, verifyEvery: 0, heal: async () => false });
  const time = { aheadMs: 0 };
  const clock = { now: () => new Date(Date.now() + time.aheadMs) };
  const received: RequestedFile[] = [];
  const sharing = createSharing({
    db,
    segments,
    events,
    clock,
    log,
    throttle: createThrottle(db, randomBytes(32), clock),
    passwords: createPasswordHasher(),
    linkKey: randomBytes(32),
    publicUrl: "https://files.example",
    cdn: options.cdn ?? false,
    async storeFile(file) {
      received.push(file);
      return { name: file.name, fileSize: 0 };
    },
  });
  const app = await createApp({
    log,
    version: "0",
    trustProxy: false,
    authenticate: async (request) => {
      const userId = request.headers["x-user"];
      if (typeof userId !== "string") return null;
      return { userId, email: "", role: "user", sessionId: "s", expiresAt: new Date() };
    },
  });
  registerIdempotency(app, db, answerKeyOf(randomBytes(32)));
  sharingRoutes(app, sharing);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  return {
    url,
    pool,
    clock: time,
    received,
    flush: () => sharing.shareLog.flush(),
    async addUser(email = `${newId()}@example.org`) {
      const id = newId();
      await pool.query("insert into auth.users (id, email, created_at) values ($1, $2, now())", [id, email]);
      return id;
    },
    async addFolder(userId, name, parentId = userId) {
      const id = newId();
      await pool.query(
        "insert into holdfast.files (id, space_id, parent_id, name, kind) values ($1, $2, $3, $4, 'folder')",
        [id, userId, parentId, name],
      );
      return id;
    },
    async addFile(userId, name, bytes, { parentId = userId, type = "application/octet-stream" } = {}) {
      const [id, contentId] = [newId(), newId()];
      await pool.query("insert into holdfast.contents (id, size) values ($1, $2)", [contentId, bytes.length]);
      const segmentSize = 16 * 1024 * 1024;
      for (let start = 0; start < bytes.length; start += segmentSize) {
        const segment = bytes.subarray(start, start + segmentSize);
        const sha256 = createHash("sha256").update(segment).digest();
        await store.put(segmentKey(sha256), segment);
        await pool.query("insert into holdfast.segments (sha256, size) values ($1, $2) on conflict do nothing", [
          sha256,
          segment.length,
        ]);
        await pool.query(
          "insert into holdfast.content_segments (content_id, start_at, size, sha256) values ($1, $2, $3, $4)",
          [contentId, start, segment.length, sha256],
        );
      }
      await pool.query(
        `insert into holdfast.files (id, space_id, parent_id, name, kind, file_type, file_size, content_id, version_id)
         values ($1, $2, $3, $4, 'file', $5, $6, $7, $8)`,
        [id, userId, parentId, name, type, bytes.length, contentId, newId()],
      );
      return id;
    },
    async as(userId, method, path, body) {
      const response = await fetch(url + path, {
        method,
        headers: { "x-user": userId, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : null };
    },
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await sharing.close();
      await events.close();
      await listener.close();
      await notes.close();
      await pool.end();
      await store.close();
      await rm(folder, { recursive: true, force: true });
      await database.drop();
    },
  };
}

/** Cookies that a server has set, as a browser would send them back to the path of that link. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
