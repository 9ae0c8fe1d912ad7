import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createFolder, listFiles } from "../../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer } from "../../../support/any-server.ts";
import type { Person } from "../../../support/person.ts";
import { tarOf } from "../../../support/uploads/tar.ts";
import { filesBelow, type Items, sendBatch, statuses } from "./support.ts";

vi.setConfig({ testTimeout: 120_000 });
const shell = promisify(execFile);

let server: AnyServer;
let ann: Person;
let folder: string;
beforeAll(async () => {
  server = await anyServer();
  ann = await server.person("ann");
  folder = mkdtempSync(join(tmpdir(), "holdfast-batch-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

/** What `docs/design/batch-upload.md` shows: a real tar into a real curl. */
async function tarIntoCurl(tar: string, query: string): Promise<Items> {
  const url = `${server.url}/api/v1/files/batch?${query}`;
  const command = `tar c ${tar} | curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" -X POST -T - '${url}'`;
  const env = { ...process.env, TOKEN: ann.token };
  const { stdout } = await shell("bash", ["-c", command], { cwd: folder, env, maxBuffer: 2 ** 26 });
  return (JSON.parse(stdout) as { items: Items }).items;
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const newFolder = async (name: string) => (await ann.call(createFolder, { body: { name } })).id;

describe("tar into curl", () => {
  const written = new Map<string, string>();
  beforeAll(() => {
    for (let n = 0; n < 950; n++) {
      const name = `many/folder ${n % 30}/${n % 3 === 0 ? "in/" : ""}file ${n} é.bin`;
      const bytes = randomBytes(n % 50 === 0 ? 3_000_000 / (1 + (n % 7)) : n * 9);
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), bytes);
      utimesSync(join(folder, name), 1_600_000_000 + n, 1_600_000_000 + n);
      written.set(name, sha256(bytes));
    }
  });

  test.each(["pax", "gnu", "ustar"])("a thousand entries in the format %s", async (format) => {
    const parentId = await newFolder(format);
    const items = await tarIntoCurl(`--format=${format} many`, `parentId=${parentId}`);
    expect(items).toHaveLength(950 + 41);
    expect(statuses(items)).toEqual(["stored"]);
    const stored = await filesBelow(ann, parentId);
    expect(new Map(stored.map(({ path, sha256 }) => [path, sha256]))).toEqual(written);
    for (const { path, lastModified } of stored) {
      const n = Number(/file (\d+)/.exec(path)?.[1]);
      expect(lastModified).toBe(new Date((1_600_000_000 + n) * 1000).toISOString());
    }
    const ids = new Map(items.map(({ path, id }) => [path, id]));
    for (const { path, id } of stored) expect(ids.get(path)).toBe(id);
    for (const { id, path } of stored.slice(0, 20)) expect(sha256(await ann.read(id))).toBe(written.get(path));

    const again = await tarIntoCurl(`--format=${format} many`, `parentId=${parentId}`);
    expect(statuses(again)).toEqual(["unchanged"]);
    expect(again.map(({ path, id }) => [path, id])).toEqual(items.map(({ path, id }) => [path, id]));
  });

  test("of a folder's inside, with a link", async () => {
    mkdirSync(join(folder, "inside/empty"), { recursive: true });
    writeFileSync(join(folder, "inside/a"), "a");
    symlinkSync("a", join(folder, "inside/link"));
    const parentId = await newFolder("inside");
    const items = await tarIntoCurl("-C inside .", `parentId=${parentId}`);
    expect(
      items
        .map(({ path, status, code }) => [path, status, code])
        .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    ).toEqual([
      ["./", "unchanged", undefined],
      ["./a", "stored", undefined],
      ["./empty/", "stored", undefined],
      ["./link", "failed", "not_a_file"],
    ]);
    const { items: names } = await ann.call(listFiles, { query: { parentId } });
    expect(names.map(({ name }) => name)).toEqual(["empty", "a"]);
  });

  test("long names of UTF-8, into the root", async () => {
    const path = `${"ordner-ä/".repeat(30)}${"名".repeat(80)}.txt`;
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), "long");
    utimesSync(join(folder, path), 1_600_000_000, 1_600_000_000);
    for (const format of ["pax", "gnu"]) {
      const items = await tarIntoCurl(`--format=${format} 'ordner-ä'`, "");
      expect(items.at(-1)).toMatchObject({ path, status: format === "pax" ? "stored" : "unchanged" });
    }
  });
});

describe("a name that is taken", () => {
  const bytes = Buffer.from("one");
  const one = tarOf({ path: "f/same", bytes }, { path: "f/other", bytes });
  const two = tarOf({ path: "f/same", bytes }, { path: "f/other", bytes: Buffer.from("two") });

  test.each([
    ["fail", ["unchanged", "failed"], ["other", "same"], 1],
    ["rename", ["unchanged", "stored"], ["other", "other (2)", "same"], 1],
    ["replace", ["unchanged", "stored"], ["other", "same"], 2],
  ] as const)("%s", async (onConflict, expected, names, versions) => {
    const parentId = await newFolder(`conflict ${onConflict}`);
    const first = await sendBatch(ann, one, { parentId, onConflict });
    expect(first.items.map(({ status }) => status)).toEqual(["stored", "stored"]);
    const second = await sendBatch(ann, two, { parentId, onConflict });
    expect(second.items.map(({ status }) => status)).toEqual(expected);
    if (onConflict === "fail") expect(second.items[1]).toMatchObject({ code: "name_taken" });
    const stored = await filesBelow(ann, parentId);
    expect(stored.map(({ path }) => path).toSorted()).toEqual(names.map((name) => `f/${name}`));
    const answer = await ann.fetch(`/api/v1/files/${first.items[1]?.id}/versions`);
    expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(versions);
  });

  test("by a folder, a file, and twice in one archive", async () => {
    const parentId = await newFolder("clashes");
    const options = { parentId, onConflict: "replace" };
    await sendBatch(ann, tarOf({ path: "a", bytes }, { path: "c/", type: "5" }), options);
    const d = [bytes, Buffer.from("two"), Buffer.from("last")].map((each) => ({ path: "d", bytes: each }));
    const { items } = await sendBatch(ann, tarOf({ path: "a/b", bytes }, { path: "c", bytes }, ...d), options);
    expect(items.map(({ status, code }) => code ?? status)).toEqual([
      ...["name_taken", "name_taken", "stored", "stored", "stored"],
    ]);
    expect((await ann.read(items[4]?.id as string)).toString()).toBe("last");
  });
});
