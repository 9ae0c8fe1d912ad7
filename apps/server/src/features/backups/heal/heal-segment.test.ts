import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalStore, digestObject, type ObjectStore, readObject } from "@holdfast/storage";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { segmentKey } from "../../content/index.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { type PersonRows, startPersonRows } from "../snapshot/testing/person-rows.ts";
import { healSegment } from "./heal-segment.ts";
import { quarantineKey } from "./quarantine.ts";

let rows: PersonRows;
let folder: string;
let store: ObjectStore;

beforeAll(async () => {
  rows = await startPersonRows();
  folder = await mkdtemp(join(tmpdir(), "holdfast-heal-"));
  store = await createLocalStore({ root: folder });
});
afterAll(async () => {
  await store.close();
  await rows.end();
  await rm(folder, { recursive: true, force: true });
});

/** The store, which is looked at after everything that was done to it. */
function watched(look: () => Promise<void>): ObjectStore {
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== "function") return value;
      if (name !== "put" && name !== "move" && name !== "delete") return value.bind(target);
      return async (...args: unknown[]) => {
        await (value.apply(target, args) as Promise<unknown>);
        await look();
      };
    },
  });
}

test("a segment that is healed is never absent meanwhile, and what was there is kept", async () => {
  const bytes = randomBytes(1000);
  const bad = randomBytes(1000);
  const sha256 = createHash("sha256").update(bytes).digest();
  const key = segmentKey(sha256);
  await rows.db.query("insert into holdfast.segments (sha256, size) values ($1, 1000)", [sha256]);
  await store.put(key, bad);
  // The right bytes are in one of the places where they are looked for: here those of an earlier quarantine.
  await store.put(quarantineKey(sha256), bytes);
  let changes = 0;
  const deps = {
    db: rows.db,
    store: watched(async () => {
      changes++;
      expect(await store.head(key)).not.toBeNull();
    }),
    log: pino({ level: "silent" }),
    targets: { open: () => Promise.reject(new Error("There is no repository here.")) },
  } as unknown as BackupsDeps;
  expect(await healSegment(deps, sha256)).toBe(true);
  expect(changes).toBe(2);
  expect((await digestObject(store, key)).sha256.equals(sha256)).toBe(true);
  const kept = [];
  for await (const { key: place } of store.list("quarantine/")) kept.push(await readObject(store, place));
  expect(kept.some((copy) => copy.equals(bad))).toBe(true);
});
