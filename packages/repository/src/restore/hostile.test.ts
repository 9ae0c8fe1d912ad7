import { createHash } from "node:crypto";
import { access, mkdir } from "node:fs/promises";
import path from "node:path";
import { zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { openBlob } from "../format/blob.ts";
import { listDocuments, loadDocument, saveDocument } from "../format/files.ts";
import { check } from "../maintenance/check.ts";
import { prune } from "../maintenance/prune.ts";
import { openRepository, type Repository } from "../repository.ts";
import { folderSink, PARTIAL, readFolder } from "../testing/files-on-disk.ts";
import { type RawNode, writeHostile } from "../testing/hostile.ts";
import { restic } from "../testing/restic.ts";
import { temporaryFolder, temporaryRepository } from "../testing/temporary.ts";
import { find, listFolder, lookUp } from "./browse.ts";
import { readFile } from "./read-file.ts";
import { restore } from "./restore.ts";

/** Restores what can be, and returns it with what was refused. */
async function restored(repository: Repository, tree: string) {
  const out = path.join(await temporaryFolder(), "deep", "er", "out");
  await mkdir(out, { recursive: true });
  const refused: string[] = [];
  await restore(repository, tree, folderSink(out), {
    onDamage: (folder, error) => void refused.push(`${folder}: ${error.message}`),
  });
  const files = await readFolder(path.join(out, "..", "..", ".."));
  return { files: [...files.keys()].sort(), refused };
}

test("entries with names that lead elsewhere are refused by these names, and the rest comes back", async () => {
  const names = ["", ".", "..", "../out", "/etc/passwd", "a/b", "nul\0byte", "../../../escaped"];
  const { root, repository } = await temporaryRepository();
  const tree = await writeHostile(repository, async ({ file, folder }) => {
    const folders: RawNode[] = [];
    for (const [i, name] of names.entries()) {
      folders.push(await folder(`folder ${i}`, [await file(name, "hostile"), await file("zz", "good")]));
    }
    return [...folders, await file("zzz", "good too")];
  });
  await expect(restore(repository, tree, folderSink(await temporaryFolder()))).rejects.toMatchObject({
    code: "damaged",
  });
  const good = [...names.map((_, i) => `folder ${i}/zz`), "zzz"];
  const { files, refused } = await restored(repository, tree);
  expect(files).toEqual(good.map((file) => `deep/er/out/${file}`));
  const sentences = names.map(
    (name) => `An entry is named ${JSON.stringify(name)}, which cannot be a name in a folder.`,
  );
  expect(refused).toEqual(sentences.map((sentence, i) => `folder ${i}: ${sentence}`));
  expect((await listFolder(repository, tree, "folder 3")).map((node) => node.name)).toEqual(["zz"]);
  const found = await Array.fromAsync(find(repository, tree));
  expect(found.filter(({ node }) => node.type === "file").map((node) => node.path)).toEqual(good);
  expect((await check(repository)).errors).toEqual(
    sentences.map((text, i) => `In the folder "/folder ${i}/": ${text}`),
  );
  // What it does not understand, prune keeps.
  await prune(repository, { maxUnused: 0 });
  expect((await check(repository, { readData: "all" })).errors).toHaveLength(names.length);
  const target = path.join(await temporaryFolder(), "a", "b", "c", "out");
  await expect(restic(root, ["restore", "latest", "--target", target])).rejects.toThrow(/invalid child node name/);
  await expect(access(path.join(target, "..", "..", "..", "escaped"))).rejects.toThrow();
});

test("of entries with one name the first stands, and one that is out of order is refused", async () => {
  const { repository } = await temporaryRepository();
  const tree = await writeHostile(repository, async ({ file, folder }) => [
    await file("a", "1"),
    await file("m", "2"),
    await file("m", "3"),
    await folder("m", [await file("inside", "4")]),
    await file("b", "5"),
    await file("n", "6"),
  ]);
  const { files, refused } = await restored(repository, tree);
  expect(files.map((file) => path.basename(file))).toEqual(["a", "m", "n"]);
  expect(refused).toEqual([
    ': There are two entries named "m".',
    ': There are two entries named "m".',
    ': The entry "b" is not where the order of names has it.',
  ]);
  expect((await lookUp(repository, tree, "m")).type).toBe("file");
});

test("names that are no text and read the same are not written over each other", async () => {
  const { repository } = await temporaryRepository();
  const tree = await writeHostile(repository, async ({ file }) => [
    await file(String.raw`x\xfe`, "1"),
    await file(String.raw`x\xff`, "2"),
    await file(String.raw`y\u00e9`, "3"),
  ]);
  const { files, refused } = await restored(repository, tree);
  expect(files.map((file) => path.basename(file))).toEqual(["x\ufffd", "yé"]);
  expect(refused).toEqual([`: There are two entries whose names read as "x\ufffd".`]);
});

test("sizes that are none are refused, and a size that is not that of the contents is found by a check", async () => {
  const { repository } = await temporaryRepository();
  const sizes = [-1, 1.5, 1e300, "12"];
  const tree = await writeHostile(repository, async ({ file }) => {
    const nodes: RawNode[] = [];
    for (const [i, size] of sizes.entries()) nodes.push({ ...(await file(`a${i}`, "abc")), size });
    return [...nodes, { ...(await file("b", "abc")), size: 4 }];
  });
  const sentences = sizes.map((size, i) => `The entry "a${i}" says that it has ${size} bytes.`);
  expect((await restored(repository, tree)).refused).toEqual(sentences.map((sentence) => `: ${sentence}`));
  expect((await listFolder(repository, tree)).map((node) => node.name)).toEqual(["b"]);
  expect((await check(repository)).errors.sort()).toEqual([
    ...sentences.map((sentence) => `In the folder "/": ${sentence}`),
    'The file "/b" says that it has 4 bytes, and has 3.',
  ]);
});

test("a tree of what are no entries stands for nothing, and its siblings come back", async () => {
  const { repository } = await temporaryRepository();
  const bad: RawNode[] = [
    { name: "a", type: "file", content: ["../../config"] },
    { name: "a", type: "dir", subtree: "no id" },
    { name: "a", type: "file", content: { length: 3 } },
    { name: 7, type: "file" },
    null as unknown as RawNode,
  ];
  const tree = await writeHostile(repository, async ({ file, folder }) => {
    const folders: RawNode[] = [];
    for (const [i, node] of bad.entries()) folders.push(await folder(`bad ${i}`, [node]));
    return [...folders, await file("good", "bytes")];
  });
  const { files, refused } = await restored(repository, tree);
  expect(files).toEqual(["deep/er/out/good"]);
  expect(refused).toEqual(bad.map((_, i) => expect.stringMatching(new RegExp(`^bad ${i}: `))));
  // What they were to stand for is not known.
  await expect(prune(repository)).rejects.toMatchObject({ code: "damaged" });
});

test("a time that is none costs no file", async () => {
  const { repository } = await temporaryRepository();
  const tree = await writeHostile(repository, async ({ file }) => [
    { ...(await file("a", "abc")), mtime: "yesterday" },
  ]);
  expect((await lookUp(repository, tree, "a")).mtime).toEqual(new Date(0));
});

test("a few trees that unfold into 2^40 folders are refused on the way, and checked at once", {
  timeout: 30_000,
}, async () => {
  const { repository } = await temporaryRepository();
  const tree = await writeHostile(repository, async ({ folder }) => {
    let nodes: RawNode[] = [];
    for (let depth = 0; depth < 40; depth++) nodes = [await folder("a", nodes), await folder("b", nodes)];
    return nodes;
  });
  const sink = { folder: () => true, file: () => null };
  await expect(restore(repository, tree, sink, { mostEntries: 10_000 })).rejects.toThrow(
    "unfolds into more than 10000 entries",
  );
  expect((await check(repository)).errors).toEqual([]);
  await prune(repository);
});

test("a folder 3,000 deep comes back", { timeout: 30_000 }, async () => {
  const { repository } = await temporaryRepository();
  const tree = await writeHostile(repository, async ({ file, folder }) => {
    let nodes: RawNode[] = [await file("bottom", "here")];
    for (let depth = 0; depth < 3000; depth++) nodes = [await folder("d", nodes)];
    return nodes;
  });
  const found: string[] = [];
  await restore(repository, tree, {
    folder: () => true,
    file: (name) => {
      found.push(name);
      return null;
    },
  });
  expect(found).toEqual([`${"d/".repeat(3000)}bottom`]);
});

interface Entry {
  id: string;
  type: string;
  offset: number;
  length: number;
  uncompressed_length?: number;
}

/** A repository with a file for each change, whose index says of that file's blob what the change makes of it. */
async function withIndex(changes: ((entry: Entry) => object)[]) {
  const { repository } = await temporaryRepository();
  const { store, cipher } = repository;
  const tree = await writeHostile(repository, async ({ file }) => {
    const nodes: RawNode[] = [];
    for (const i of changes.keys()) nodes.push(await file(`${i}`, `text ${i} `.repeat(1000)));
    return [...nodes, await file("good", "text")];
  });
  const contents = (await listFolder(repository, tree)).map((node) => node.content?.[0]);
  for (const id of await listDocuments(store, "index")) {
    const document = (await loadDocument(store, cipher, "index", id)).toString();
    const json = JSON.parse(document) as { packs: { blobs: Entry[] }[] };
    for (const pack of json.packs) {
      pack.blobs = pack.blobs.map((blob) => ({ ...blob, ...changes[contents.indexOf(blob.id)]?.(blob) }));
    }
    await store.delete([`index/${id}`]);
    await saveDocument(store, cipher, "index", JSON.stringify(json));
  }
  return { tree, repository: await openRepository({ store, password: "secret" }) };
}

test("an index that lies about a blob costs its file alone", async () => {
  const lies: ((entry: Entry) => object)[] = [
    () => ({ offset: 0xffff_0000 }),
    () => ({ length: 60_000_000 }),
    ({ length }) => ({ length: length - 1 }),
    () => ({ uncompressed_length: 50_000_000 }),
    () => ({ uncompressed_length: 10 }),
    () => ({ id: "ab".repeat(32) }),
  ];
  const { repository, tree } = await withIndex(lies);
  const { files, refused } = await restored(repository, tree);
  expect(files.filter((file) => !file.endsWith(PARTIAL))).toEqual(["deep/er/out/good"]);
  expect(refused.sort()).toEqual(
    lies.map((_, i) => expect.stringMatching(new RegExp(`^${i}: The data blob \\w+ (cannot be read|is not in)`))),
  );
  for (const i of lies.keys()) {
    const node = await lookUp(repository, tree, `${i}`);
    await expect(readFile(repository, node, () => {})).rejects.toMatchObject({ code: "damaged" });
  }
  expect((await check(repository, { readData: "all" })).errors).not.toEqual([]);
});

test("an index that names lengths that no blob has is refused, before memory is made ready", async () => {
  const { repository, tree } = await withIndex([]);
  const { store, cipher } = repository;
  const [id = ""] = await listDocuments(store, "index");
  const document = (await loadDocument(store, cipher, "index", id)).toString();
  await store.delete([`index/${id}`]);
  for (const [from, to] of [
    [/"length":\d+/, '"length":4294967295'],
    [/"length":\d+/, '"length":3'],
    [/"length":\d+/, '"length":-1'],
    [/"length":\d+/, '"length":100,"uncompressed_length":4294967295'],
  ] as const) {
    const lying = await saveDocument(
      store,
      cipher,
      "index",
      document.replace(from, to).replace(/("uncompressed_length":\d+),"uncompressed_length":\d+/, "$1"),
    );
    const opened = await openRepository({ store, password: "secret" });
    await expect(restored(opened, tree)).rejects.toThrow(/An index names a blob of \d+ bytes/);
    await store.delete([`index/${lying}`]);
  }
});

test("a blob that unfolds into more than the index says is cut off there", async () => {
  const { repository } = await temporaryRepository();
  const bomb = repository.cipher.seal(zstdCompressSync(Buffer.alloc(64 * 1024 * 1024)));
  const before = process.memoryUsage().arrayBuffers;
  expect(() => openBlob(repository.cipher, Buffer.alloc(32), bomb, 1000)).toThrow(/cannot be decompressed/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
});

test.each(["locks", "snapshots"] as const)(
  "a document among %s that unfolds into 40 MB is damage, not memory",
  async (kind) => {
    const { repository } = await temporaryRepository();
    const id = await saveDocument(repository.store, repository.cipher, kind, " ".repeat(40_000_000));
    await expect(loadDocument(repository.store, repository.cipher, kind, id)).rejects.toMatchObject({
      code: "damaged",
    });
    // A lock that cannot be read stands against nobody.
    if (kind === "locks") await repository.withLock({ exclusive: true }, async () => {});
  },
);

test("a snapshot that is none is damage", async () => {
  const { repository } = await temporaryRepository();
  const { store, cipher } = repository;
  for (const text of ["{}", "null", '{"tree":"../x","time":"2026-01-01T00:00:00Z"}', '{"time":7}', "no JSON"]) {
    const id = await saveDocument(store, cipher, "snapshots", text);
    await expect(repository.snapshots(), text).rejects.toMatchObject({ code: "damaged" });
    await store.delete([`snapshots/${id}`]);
  }
});

test("a key that would take hours is refused at once", async () => {
  const { repository } = await temporaryRepository();
  const { store } = repository;
  const [key] = await Array.fromAsync(store.list("keys/"));
  const chunks: Uint8Array[] = [];
  await store.get(key?.key as string, (chunk) => void chunks.push(Buffer.from(chunk)));
  const slow = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.concat(chunks).toString()), p: 100_000 }));
  await store.delete([key?.key as string]);
  await store.put(`keys/${createHash("sha256").update(slow).digest("hex")}`, slow);
  await expect(openRepository({ store, password: "secret" })).rejects.toThrow("more work than any program would");
});
