import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ObjectStore, readObject, StorageError } from "../index.ts";
import { createLocalStore } from "./local.ts";

let folder: string;
let root: string;
let elsewhere: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-root-"));
  root = join(folder, "objects");
  elsewhere = join(folder, "elsewhere");
  store = await createLocalStore({ root });
  await store.put("ab/kept", Buffer.from("kept"));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const away = { name: "StorageError", code: "unavailable", message: expect.stringContaining("is its disk connected?") };

/** What a store must do while its root is not there, whatever is in its place. */
async function refusesEverything(): Promise<void> {
  await expect(store.put("ab/new", Buffer.from("new"))).rejects.toMatchObject(away);
  await expect(store.put("cd/new", Buffer.from("new"))).rejects.toMatchObject(away);
  await expect(store.spool()).rejects.toMatchObject(away);
  await expect(readObject(store, "ab/kept")).rejects.toMatchObject(away);
  await expect(store.head("ab/kept")).rejects.toMatchObject(away);
  await expect(store.delete(["ab/kept"])).rejects.toMatchObject(away);
  await expect(Array.fromAsync(store.list(""))).rejects.toMatchObject(away);
  await expect(store.probe()).rejects.toMatchObject(away);
}

async function worksAgain(): Promise<void> {
  expect(String(await readObject(store, "ab/kept"))).toBe("kept");
  await store.put("ef/after", Buffer.from("after"));
  expect((await Array.fromAsync(store.list(""))).map(({ key }) => key).sort()).toEqual(["ab/kept", "ef/after"]);
}

test("a root that is gone is not made again, and works as before when it is back", async () => {
  await rename(root, elsewhere);
  await refusesEverything();
  expect(await readdir(folder)).toEqual(["elsewhere"]);
  await rename(elsewhere, root);
  await worksAgain();
});

test("nothing is put into an empty folder in the root's place, as there is below a disk that came loose", async () => {
  await rename(root, elsewhere);
  await mkdir(root);
  await refusesEverything();
  expect(await readdir(root)).toEqual([]);
  await rm(root, { recursive: true });
  await rename(elsewhere, root);
  await worksAgain();
});

test("what was begun before the root went is not told as stored in another one", async () => {
  const spool = await store.spool();
  await spool.write(Buffer.from("begun"));
  await rename(root, elsewhere);
  await mkdir(join(root, ".tmp"), { recursive: true });
  await mkdir(join(root, "ab"));
  await expect(spool.commit("ab/begun")).rejects.toBeInstanceOf(StorageError);
  expect(await readdir(join(root, "ab"))).toEqual([]);
});

test("an object that was named in another folder than the one that is flushed is not acknowledged", async () => {
  // The folder is replaced between the name and the flush: what the open handle flushes is not where the object is.
  await rename(join(root, "ab"), elsewhere);
  await mkdir(join(root, "ab"));
  await expect(store.put("ab/new", Buffer.from("new"))).rejects.toMatchObject({ code: "unavailable" });
  await store.put("ab/new", Buffer.from("new"));
});

test("a root with a mark is known again on another disk; without its mark it is not", async () => {
  await store.close();
  await writeFile(join(root, ".mark"), "this one\n");
  store = await createLocalStore({ root, mark: { file: ".mark", text: "this one" } });
  await rename(root, elsewhere);
  await mkdir(root);
  await expect(store.put("ab/new", Buffer.from("new"))).rejects.toMatchObject(away);
  // Another folder with the same mark: as a disk that comes back under another number.
  await mkdir(join(root, "ab"), { recursive: true });
  await mkdir(join(root, ".tmp"));
  await writeFile(join(root, ".mark"), "this one\n");
  await writeFile(join(root, "ab/kept"), "kept");
  await worksAgain();
});

test("a missing root is made only where the file is that it belongs to", async () => {
  const anchor = join(folder, "holdfast.id");
  const other = { root: join(folder, "backups/default"), anchor };
  await expect(createLocalStore(other)).rejects.toMatchObject(away);
  expect(await readdir(folder)).toEqual(["objects"]);
  await writeFile(anchor, "id");
  await (await createLocalStore(other)).close();
});
