import { truncateSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StorageError } from "../errors.ts";
import type { ObjectStore } from "../object-store.ts";
import { readObject } from "../read-object.ts";
import { fileError } from "./file-errors.ts";
import { createLocalStore } from "./local.ts";

describe("the local driver", () => {
  let root: string;
  let store: ObjectStore;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "holdfast-local-"));
    store = await createLocalStore({ root: path.join(root, "store") });
  });
  afterEach(async () => {
    await store.close();
    await rm(root, { recursive: true });
  });

  test("keeps an object as the file that its key says, private to its owner", async () => {
    await store.put("data/ab/abcd", Buffer.from("x"));
    const stat = await lstat(path.join(root, "store/data/ab/abcd"));
    expect(stat.mode & 0o777).toBe(0o600);
    expect((await lstat(path.join(root, "store/data/ab"))).mode & 0o777).toBe(0o700);
    expect(await readdir(path.join(root, "store/.tmp"))).toEqual([]);
  });

  test("never follows a symbolic link, neither a folder nor a file", async () => {
    await mkdir(path.join(root, "outside"));
    await writeFile(path.join(root, "outside/secret"), "secret");
    await symlink(path.join(root, "outside"), path.join(root, "store/link"));
    await symlink(path.join(root, "outside/secret"), path.join(root, "store/file"));
    await expect(readObject(store, "link/secret")).rejects.toMatchObject({ code: "permission_denied" });
    await expect(readObject(store, "file")).rejects.toMatchObject({ code: "permission_denied" });
    await expect(store.put("link/new", Buffer.from("x"))).rejects.toMatchObject({ code: "permission_denied" });
    await expect(store.delete(["link/secret"])).rejects.toMatchObject({ code: "permission_denied" });
    expect(await store.head("file")).toBeNull();
    const keys = [];
    for await (const { key } of store.list("")) keys.push(key);
    expect(keys).toEqual([]);
    expect(await readdir(path.join(root, "outside"))).toEqual(["secret"]);
  });

  test("makes a folder again that somebody removed", async () => {
    await store.put("a/b/c", Buffer.from("1"));
    await rm(path.join(root, "store/a"), { recursive: true });
    await store.put("a/b/d", Buffer.from("2"));
    expect(String(await readObject(store, "a/b/d"))).toBe("2");
    await rename(path.join(root, "store/.tmp"), path.join(root, "store/gone"));
    await store.put("a/b/e", Buffer.from("3"));
    expect(String(await readObject(store, "a/b/e"))).toBe("3");
  });

  test("removes temporary files that are older than a day, at its start only", async () => {
    const folder = path.join(root, "store/.tmp");
    const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await writeFile(path.join(folder, "old"), "");
    await utimes(path.join(folder, "old"), old, old);
    await writeFile(path.join(folder, "young"), "");
    const second = await createLocalStore({ root: path.join(root, "store") });
    await second.close();
    expect(await readdir(folder)).toEqual(["young"]);
  });

  test.each([1_000, 200_000, 3 * 1024 * 1024])(
    "a file of %d bytes that is cut or grows while it is read gives no byte more or fewer without failing",
    async (size) => {
      const file = path.join(root, "store/a");
      for (const [length, outcome] of [
        [size >> 1, "corrupt"],
        [size * 2, null],
      ] as const) {
        await store.put("a", Buffer.alloc(size, 1));
        let pushed = 0;
        const error = await store
          .get(
            "a",
            (chunk) => {
              pushed += chunk.length;
            },
            undefined,
            () => truncateSync(file, length),
          )
          .then(
            () => null,
            (thrown: unknown) => (thrown as StorageError).code,
          );
        expect(error).toBe(outcome);
        if (outcome === null) expect(pushed).toBe(size);
        else expect(pushed).toBeLessThanOrEqual(length);
      }
    },
  );

  test("leaves no litter of a spool that was dropped or too large", async () => {
    const spool = await store.spool();
    await spool.write(Buffer.alloc(60 * 1024 * 1024));
    await expect(spool.write(Buffer.alloc(5 * 1024 * 1024))).rejects.toMatchObject({ code: "too_large" });
    await spool.discard();
    expect(await readdir(path.join(root, "store/.tmp"))).toEqual([]);
  });
});

describe("errors of the file system", () => {
  test.each([
    ["ENOSPC", "no_space", false],
    ["EDQUOT", "no_space", false],
    ["EACCES", "permission_denied", false],
    ["EROFS", "permission_denied", false],
    ["EIO", "unavailable", true],
    ["EMFILE", "unavailable", true],
    ["ENAMETOOLONG", "unavailable", false],
  ])("%s is %s", (code, expected, retryable) => {
    const error = fileError(Object.assign(new Error(code), { code }), 'store "a"');
    expect(error).toMatchObject({ name: "StorageError", code: expected, retryable });
    expect(error.message).toContain('store "a"');
  });
});
