import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { digestObject } from "../digest-object.ts";
import { ObjectNotFound, StorageError } from "../errors.ts";
import type { ObjectStore } from "../object-store.ts";
import { readObject } from "../read-object.ts";

/** One promise of the interface, tried out on a store. `run` throws where the store does not keep it. */
export interface DriverCase {
  name: string;
  run(store: ObjectStore): Promise<void>;
}

const MIB = 1024 * 1024;

function keyOf(bytes: Uint8Array): string {
  const hash = createHash("sha256").update(bytes).digest("hex");
  return `segments/${hash.slice(0, 2)}/${hash}`;
}

async function putRandom(store: ObjectStore, size: number): Promise<{ key: string; bytes: Buffer }> {
  const bytes = randomBytes(size);
  const key = keyOf(bytes);
  await store.put(key, bytes);
  return { key, bytes };
}

async function keysBelow(store: ObjectStore, prefix: string): Promise<Map<string, number>> {
  const keys = new Map<string, number>();
  for await (const { key, size } of store.list(prefix)) keys.set(key, size);
  return keys;
}

/** Every driver passes all of these, against any store that it can write to; what they store they delete again. */
export const driverCases: readonly DriverCase[] = [
  {
    name: "gives back what was put, at sizes around every buffer's edge",
    async run(store) {
      const sizes = [0, 1, 65_536, 262_143, 262_144, 262_145, MIB, MIB + 1, 2 * MIB + 262_144, 5 * MIB + 3];
      for (const size of sizes) {
        const { key, bytes } = await putRandom(store, size);
        assert.ok(bytes.equals(await readObject(store, key)), `an object of ${size} bytes`);
        assert.equal((await store.head(key))?.size, size);
        await store.delete([key]);
      }
    },
  },
  {
    name: "takes a second put of the same bytes as a success",
    async run(store) {
      const { key, bytes } = await putRandom(store, 1000);
      await store.put(key, bytes);
      await Promise.all([store.put(key, bytes), store.put(key, bytes), store.put(key, bytes)]);
      assert.ok(bytes.equals(await readObject(store, key)));
      assert.deepEqual([...(await keysBelow(store, `${key.slice(0, 12)}`)).keys()], [key]);
      await store.delete([key]);
    },
  },
  {
    name: "takes bytes of memory that threads share",
    async run(store) {
      const bytes = randomBytes(3 * MIB);
      const shared = Buffer.from(new SharedArrayBuffer(bytes.length + 200), 100, bytes.length);
      shared.set(bytes);
      const key = keyOf(bytes);
      await store.put(key, shared);
      assert.ok(bytes.equals(await readObject(store, key)));
      await store.delete([key]);
    },
  },
  {
    name: "keeps a put apart from the caller's buffer",
    async run(store) {
      const bytes = randomBytes(5000);
      const copy = Buffer.from(bytes);
      const key = keyOf(bytes);
      await store.put(key, bytes);
      bytes.fill(0);
      const first = await readObject(store, key);
      assert.ok(copy.equals(first));
      first.fill(1);
      assert.ok(copy.equals(await readObject(store, key)));
      await store.delete([key]);
    },
  },
  {
    name: "answers ranges exactly, and refuses those that leave the object",
    async run(store) {
      const size = 3 * MIB + 17;
      const { key, bytes } = await putRandom(store, size);
      const edges = [0, 1, 262_144, MIB - 1, MIB, 2 * MIB + 5, size - 1, size];
      for (const start of edges) {
        for (const end of edges) {
          if (end < start) continue;
          const got = await readObject(store, key, { start, end });
          assert.ok(bytes.subarray(start, end).equals(got), `the range ${start}-${end}`);
        }
      }
      for (const range of [
        { start: 0, end: size + 1 },
        { start: size, end: size + 1 },
        { start: size + 5, end: size + 5 },
        { start: 5, end: 4 },
        { start: -1, end: 4 },
        { start: 0.5, end: 4 },
      ]) {
        await assert.rejects(
          store.get(key, () => assert.fail("a byte of a range that does not exist"), range),
          RangeError,
        );
      }
      await store.delete([key]);
    },
  },
  {
    name: "waits for its sink, in order, and leaves a chunk alone meanwhile",
    async run(store) {
      const { key, bytes } = await putRandom(store, 4 * MIB + 100);
      let position = 0;
      let busy = false;
      await store.get(key, async (chunk) => {
        assert.equal(busy, false, "two chunks at once");
        busy = true;
        await new Promise((resolve) => setTimeout(resolve, 5));
        assert.ok(bytes.subarray(position, position + chunk.length).equals(chunk), `the chunk at ${position}`);
        position += chunk.length;
        busy = false;
      });
      assert.equal(position, bytes.length);
      await store.delete([key]);
    },
  },
  {
    name: "throws on what a sink throws, and works afterwards",
    async run(store) {
      const { key, bytes } = await putRandom(store, 4 * MIB);
      const reason = new Error("enough");
      let calls = 0;
      const stop = store.get(key, async () => {
        if (++calls === 2) throw reason;
      });
      await assert.rejects(stop, (error) => error === reason);
      await assert.rejects(
        store.get(key, () => {
          throw reason;
        }),
        (error) => error === reason,
      );
      assert.ok(bytes.equals(await readObject(store, key)));
      await store.delete([key]);
    },
  },
  {
    name: "serves many reads at once, each its own bytes",
    async run(store) {
      const objects = await Promise.all(Array.from({ length: 12 }, (_, i) => putRandom(store, MIB + i * 100_000)));
      const reads = Array.from({ length: 48 }, async (_, i) => {
        const object = objects[i % objects.length];
        assert.ok(object?.bytes.equals(await readObject(store, object.key)));
      });
      await Promise.all(reads);
      await store.delete(objects.map(({ key }) => key));
    },
  },
  {
    name: "says that an object does not exist",
    async run(store) {
      const key = keyOf(randomBytes(32));
      assert.equal(await store.head(key), null);
      await assert.rejects(readObject(store, key), ObjectNotFound);
      await assert.rejects(readObject(store, key, { start: 0, end: 1 }), ObjectNotFound);
      await assert.rejects(readObject(store, key, { start: 0, end: 0 }), ObjectNotFound);
      await store.delete([key]);
    },
  },
  {
    name: "spools an object in parts of any size",
    async run(store) {
      const bytes = randomBytes(3 * MIB + 11);
      const spool = await store.spool();
      const scratch = Buffer.alloc(MIB);
      for (let at = 0, step = 1; at < bytes.length; step = Math.min(step * 3, MIB)) {
        const part = bytes.subarray(at, at + step);
        scratch.set(part);
        await spool.write(scratch.subarray(0, part.length));
        scratch.fill(0);
        at += part.length;
        assert.equal(spool.size, at);
      }
      const key = keyOf(bytes);
      assert.equal(await store.head(key), null);
      await spool.commit(key);
      assert.ok(bytes.equals(await readObject(store, key)));
      await spool.discard();
      assert.equal((await store.head(key))?.size, bytes.length);
      await store.delete([key]);
    },
  },
  {
    name: "forgets a discarded spool, and commits an empty one",
    async run(store) {
      const dropped = await store.spool();
      await dropped.write(randomBytes(1000));
      await dropped.discard();
      await dropped.discard();
      const empty = await store.spool();
      const key = keyOf(randomBytes(32));
      await empty.commit(key);
      assert.equal((await store.head(key))?.size, 0);
      await store.delete([key]);
    },
  },
  {
    name: "gives an object no key before what it waits for, and none when that fails",
    async run(store) {
      const key = keyOf(randomBytes(32));
      const waiting = await store.spool();
      await waiting.write(randomBytes(1000));
      let go = () => {};
      const committed = waiting.commit(key, new Promise<void>((resolve) => (go = resolve)));
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.equal(await store.head(key), null);
      go();
      await committed;
      assert.equal((await store.head(key))?.size, 1000);
      await store.delete([key]);
      const refused = await store.spool();
      await refused.write(randomBytes(1000));
      await assert.rejects(refused.commit(key, Promise.reject(new Error("not today"))), /not today/);
      await refused.discard();
      assert.equal(await store.head(key), null);
    },
  },
  {
    name: "lists every object below a prefix, and nothing else",
    async run(store) {
      const base = `list-${randomBytes(6).toString("hex")}`;
      const keys = ["a", "b/c", "b/d/e", "bb/f", "b.g"].map((name) => `${base}/${name}`);
      for (const [i, key] of keys.entries()) await store.put(key, Buffer.alloc(i));
      const all = new Map(keys.map((key, i) => [key, i]));
      assert.deepEqual(sorted(await keysBelow(store, `${base}/`)), sorted(all));
      assert.deepEqual(sorted(await keysBelow(store, `${base}/b/`)), sorted(new Map([...all].slice(1, 3))));
      assert.equal((await keysBelow(store, `${base}/none/`)).size, 0);
      const whole = await keysBelow(store, "");
      assert.ok(keys.every((key) => whole.has(key)));
      await store.delete(keys);
      assert.equal((await keysBelow(store, `${base}/`)).size, 0);
    },
  },
  {
    name: "lists more objects than a page holds",
    async run(store) {
      const base = `many-${randomBytes(6).toString("hex")}`;
      const keys = Array.from({ length: 1100 }, (_, i) => `${base}/${i % 7}/${i}`);
      for (let i = 0; i < keys.length; i += 50) {
        await Promise.all(keys.slice(i, i + 50).map((key) => store.put(key, Buffer.from(key))));
      }
      assert.equal((await keysBelow(store, `${base}/`)).size, keys.length);
      await store.delete(keys);
      assert.equal((await keysBelow(store, `${base}/`)).size, 0);
    },
  },
  {
    name: "refuses keys that are not keys, everywhere",
    async run(store) {
      const bad = [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/../b",
        "./a",
        ".tmp/a",
        "A",
        "ä",
        "a b",
        "a\0b",
        "a\\b",
        "x".repeat(513),
      ];
      const invalid = (error: unknown) => error instanceof StorageError && error.code === "invalid_key";
      for (const key of bad) {
        await assert.rejects(store.put(key, Buffer.alloc(1)), invalid, `put "${key}"`);
        await assert.rejects(
          store.get(key, () => {}),
          invalid,
          `get "${key}"`,
        );
        await assert.rejects(store.head(key), invalid, `head "${key}"`);
        await assert.rejects(store.delete([key]), invalid, `delete "${key}"`);
        const spool = await store.spool();
        await assert.rejects(spool.commit(key), invalid, `commit "${key}"`);
        await spool.discard();
      }
      await assert.rejects(keysBelow(store, "../"), invalid);
      await assert.rejects(keysBelow(store, "a"), invalid);
    },
  },
  {
    name: "replaces what is there, as another version",
    async run(store) {
      const key = keyOf(randomBytes(8));
      const versions: string[] = [];
      for (const bytes of [randomBytes(1000), randomBytes(1000), randomBytes(300_000)]) {
        const spool = await store.spool();
        await spool.write(bytes);
        await spool.commit(key);
        const found = await digestObject(store, key);
        assert.equal(found.size, bytes.length);
        assert.equal(found.sha256.toString("hex"), createHash("sha256").update(bytes).digest("hex"));
        versions.push(found.version);
        assert.equal((await digestObject(store, key)).version, found.version);
      }
      assert.equal(new Set(versions).size, 3);
      await store.delete([key]);
    },
  },
  {
    name: "tells an object's size before its first byte, and pushes none where that is refused",
    async run(store) {
      for (const size of [1, 1000, 300_000, 2 * MIB]) {
        const { key } = await putRandom(store, size);
        for (const range of [undefined, { start: 0, end: 1 }, { start: 0, end: size }]) {
          const refusal = new StorageError("unavailable", "not this one");
          let pushed = 0;
          const told: number[] = [];
          const get = (refuse: boolean) =>
            store.get(
              key,
              (chunk) => {
                assert.equal(told.length, 1);
                pushed += chunk.length;
              },
              range,
              (object) => {
                told.push(object.size);
                if (refuse) throw refusal;
              },
            );
          await assert.rejects(get(true), (error) => error === refusal);
          assert.deepEqual([pushed, told], [0, [size]]);
          told.length = 0;
          await get(false);
          assert.deepEqual([pushed, told], [range ? range.end : size, [size]]);
        }
        await store.delete([key]);
      }
    },
  },
  {
    name: "moves an object to another key",
    async run(store) {
      const { key, bytes } = await putRandom(store, 70_000);
      const to = `quarantine/${key.slice(-64)}`;
      await store.put(to, Buffer.from("what was there"));
      await store.move(key, to);
      assert.equal(await store.head(key), null);
      assert.ok(bytes.equals(await readObject(store, to)));
      await assert.rejects(store.move(key, to), (error) => error instanceof ObjectNotFound);
      assert.ok(bytes.equals(await readObject(store, to)));
      await store.delete([to]);
    },
  },
  {
    name: "proves that it can be written, read and deleted from",
    async run(store) {
      const { freeBytes } = await store.probe();
      assert.ok(freeBytes === null || freeBytes > 0);
    },
  },
];

function sorted(map: Map<string, number>): [string, number][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
