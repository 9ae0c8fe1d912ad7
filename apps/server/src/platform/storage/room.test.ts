import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalStore, type ObjectStore } from "@holdfast/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisks } from "../../../../../tests/support/small-disk.ts";
import { createRoom, type Room } from "./room.ts";
import { databaseSpaceSettings, spaceLimits } from "./space-limits.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const skipped = whyNoSmallDisks();

test("what is kept back is never less than what the database's log may take", () => {
  for (const disk of [0.3 * GIB, GIB, 4 * GIB, 10 * GIB, 100 * GIB, 4000 * GIB]) {
    for (const wanted of [null, 0, 100 * MIB, 5 * GIB]) {
      const limits = spaceLimits(disk, wanted, true);
      const log = Number.parseInt(databaseSpaceSettings(disk, limits).max_wal_size as string, 10) * MIB;
      expect(log).toBeLessThan(limits.kept + limits.reserve);
      expect(limits.kept).toBeGreaterThanOrEqual(wanted ?? 0);
    }
  }
});

test("a folder that has vanished is a store that is away, not a fault of ours", async () => {
  const objects = await mkdtemp(join(tmpdir(), "holdfast-room-"));
  const room = createRoom({ database: null, objects, minFreeSpace: null, reserveFile: null });
  await rm(objects, { recursive: true });
  await expect(room.check(1)).rejects.toMatchObject({ name: "StorageError", code: "unavailable" });
});

describe.skipIf(skipped)(`a disk of 64 MB${skipped ? ` (${skipped})` : ""}`, () => {
  let disk: SmallDisk;
  let plain: ObjectStore;
  let room: Room;
  let store: ObjectStore;
  const told: boolean[] = [];
  beforeAll(async () => {
    disk = mountSmallDisk(64 * MIB);
    const objects = join(disk.path, "objects");
    plain = await createLocalStore({ root: objects });
    room = createRoom({
      ...{ database: null, objects, minFreeSpace: 20 * MIB, reserveFile: null },
      onChange: (refused) => told.push(refused),
    });
    store = room.guard(plain);
  });
  afterAll(async () => {
    await plain?.close();
    disk?.remove();
  });
  const refused = { code: "no_space" };

  test("of bodies that are announced at once, no more are taken than fit", async () => {
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => room.hold(5 * MIB)));
    const holds = asked.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    // Some 44 MB lie above what is kept.
    expect(holds.length).toBeGreaterThan(0);
    expect(holds.length).toBeLessThanOrEqual(8);
    for (const hold of holds) hold.release();
    for (const hold of holds) hold.release();
    (await room.hold(40 * MIB)).release();
    await expect(room.hold(60 * MIB)).rejects.toMatchObject(refused);
    expect(told).toEqual([]);
  });

  test("bodies that announce nothing end where the kept bytes begin, however many write at once", async () => {
    const chunk = Buffer.alloc(MIB, 1);
    const spools = await Promise.all(Array.from({ length: 8 }, () => store.spool()));
    const ends = await Promise.allSettled(
      spools.map(async (spool) => {
        for (;;) await spool.write(chunk);
      }),
    );
    for (const end of ends) expect(end).toMatchObject({ status: "rejected", reason: refused });
    expect(disk.free()).toBeGreaterThanOrEqual(20 * MIB);
    expect(disk.free()).toBeLessThan(23 * MIB);
    await Promise.all(spools.map((spool) => spool.discard()));
  });

  test("two processes that write at once leave what is kept, though neither knows of the other's bytes", async () => {
    const objects = join(disk.path, "objects");
    const options = { database: null, objects, minFreeSpace: 20 * MIB, reserveFile: null };
    const chunk = Buffer.alloc(MIB, 1);
    const stores = [createRoom(options).guard(plain), createRoom(options).guard(plain)];
    for (const one of stores) await (await one.spool()).discard();
    // Each has looked, and both write before either looks again.
    const spools = await Promise.all(stores.flatMap((one) => [one.spool(), one.spool(), one.spool(), one.spool()]));
    await Promise.allSettled(
      spools.map(async (spool) => {
        for (;;) await spool.write(chunk);
      }),
    );
    // What one process has under way at the end, at most.
    expect(disk.free()).toBeGreaterThanOrEqual(16 * MIB);
    await Promise.all(spools.map((spool) => spool.discard()));
  });

  test("what is on its way counts, however often the disk is looked at meanwhile", async () => {
    const gate = Promise.withResolvers<void>();
    // A disk that takes its time: no byte is there until the gate opens.
    const slow: ObjectStore = { ...plain, put: async (key, bytes) => (await gate.promise, plain.put(key, bytes)) };
    const one = createRoom({
      database: null,
      objects: join(disk.path, "objects"),
      minFreeSpace: 20 * MIB,
      reserveFile: null,
    });
    const guarded = one.guard(slow);
    const puts = Array.from({ length: 30 }, (_, n) => guarded.put(`segments/bb/${n}`, Buffer.alloc(3 * MIB, n)));
    for (const put of puts) put.catch(() => {});
    for (let looks = 0; looks < 3; looks++) {
      await new Promise((resolve) => setTimeout(resolve, 120));
      await one.state();
    }
    gate.resolve();
    await Promise.allSettled(puts);
    expect(disk.free()).toBeGreaterThanOrEqual(20 * MIB);
    await plain.delete(Array.from({ length: 30 }, (_, n) => `segments/bb/${n}`));
  });

  test("once refused, it takes more than the last byte to be accepted again", async () => {
    const filler = join(disk.path, "filler");
    await mkdir(filler);
    const write = (name: string, megabytes: number) => writeFile(join(filler, name), Buffer.alloc(megabytes * MIB));
    await write("most", 43);
    await write("rest", 3);
    await expect
      .poll(() => room.state())
      .toMatchObject({ refused: true, detail: expect.stringContaining("Uploads are refused") });
    await expect(store.put("segments/aa/x", Buffer.from("x"))).rejects.toMatchObject(refused);
    await write("rest", 0);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await room.state()).toMatchObject({ refused: true });
    await write("most", 30);
    await expect.poll(() => room.state()).toMatchObject({ refused: false });
    await store.put("segments/aa/x", Buffer.from("x"));
    expect(told).toEqual([true, false]);
  });

  test("a store in another folder of the disk asks for packs only", async () => {
    const folder = join(disk.path, "backups");
    const target = room.guardFolder(await createLocalStore({ root: folder }), folder, "data/");
    await writeFile(join(disk.path, "filler", "most"), Buffer.alloc(44 * MIB));
    await expect
      .poll(() =>
        target.put("data/aa/pack", Buffer.alloc(MIB)).then(
          () => "stored",
          () => "refused",
        ),
      )
      .toBe("refused");
    await target.put("locks/one", Buffer.from("lock"));
    await target.close();
  });
});
