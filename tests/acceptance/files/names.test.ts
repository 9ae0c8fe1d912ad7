import { readdir } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ApiError } from "../../../packages/contract/src/client.ts";
import { createFolder, type File, getFile, listFiles, updateFile } from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import { refusedNames, strangeNames } from "../../support/contract/names.ts";
import type { Person } from "../../support/person.ts";
import { uploadByTus } from "../../support/uploads/tus.ts";

// On a machine that is busy with other things, many requests take their time.
vi.setConfig({ testTimeout: 120_000 });

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer();
  ann = await server.person();
});
afterAll(() => server.close());

const newFolder = async (name: string) => (await ann.call(createFolder, { body: { name } })).id;
const listed = async (parentId: string) =>
  (await ann.call(listFiles, { query: { parentId, limit: 1000 } })).items.map(({ name }) => name).sort();
const shown = (name: string) => JSON.stringify(name).slice(0, 60);

describe("names are data", () => {
  test("by PUT, tus, PATCH and as folders they come back as they went in", async () => {
    const folders = await Promise.all(["put", "tus", "patch", "folders"].map(newFolder));
    const [put, tus, patch, inFolders] = folders as [string, string, string, string];
    const victim = await ann.put("victim", "v", { parentId: patch });
    for (const name of strangeNames) {
      const [file, id] = await Promise.all([
        ann.put(name, "x", { parentId: put }),
        uploadByTus(ann, Buffer.from("x"), { filename: name, parentId: tus }),
        ann.call(createFolder, { body: { name, parentId: inFolders } }),
      ]);
      expect(file.name).toBe(name);
      const detail = await ann.call(getFile, { params: { id } });
      expect([detail.name, detail.filePath]).toEqual([name, `/tus/${name}`]);
      const renamed = await ann.call(updateFile, { params: { id: victim.id }, body: { name } });
      expect(renamed.name).toBe(name);
    }
    const all = [...strangeNames].sort();
    for (const parent of [put, tus, inFolders]) expect(await listed(parent)).toEqual(all);
  });

  test("the header of a download survives them all", async () => {
    const parentId = await newFolder("headers");
    for (const name of strangeNames) {
      const { id } = await ann.put(name, "x", { parentId });
      const answer = await ann.fetch(`/api/v1/files/${id}/content`);
      const header = answer.headers.get("content-disposition") as string;
      expect(header, shown(name)).toMatch(
        /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]*"(; filename\*=UTF-8''[!#$&+.^_`|~0-9A-Za-z%-]*)?$/,
      );
      const encoded = /filename\*=UTF-8''(.*)$/.exec(header)?.[1];
      expect(encoded === undefined ? /filename="(.*)"/.exec(header)?.[1] : decodeURIComponent(encoded)).toBe(name);
      await answer.arrayBuffer();
    }
  });

  insideTest("no name ever becomes a path on the disk", async () => {
    const entries = await readdir(server.inside.dataDir, { recursive: true });
    // What tells one store from another: no part of it is anybody's choice.
    const marks = /^objects\/(\.holdfast-store|installations(\/[0-9a-f-]{36})?)$/;
    for (const entry of entries.filter((path) => path.startsWith("objects/") && !marks.test(path))) {
      expect(entry).toMatch(/^objects\/(\.tmp|segments)(\/[0-9a-f]{2})?(\/[0-9a-f]{64})?$|^objects\/\.tmp\/[\w-]+$/);
    }
    expect(entries.filter((path) => /passwd|system32|script/.test(path))).toEqual([]);
  });

  test("what is no name is refused everywhere, with a sentence, and changes nothing", async () => {
    const parentId = await newFolder("refused");
    const file = await ann.put("stays", "x", { parentId });
    for (const name of refusedNames) {
      const query = new URLSearchParams({ name, parentId });
      const put = await ann.fetch(`/api/v1/files/content?${query}`, { method: "PUT", body: "x" });
      expect(put.status, shown(name)).toBe(422);
      expect(await put.json()).toMatchObject({ code: "invalid_name", detail: expect.stringMatching(/\.$/) });
      const code = (work: Promise<unknown>) =>
        work.then(
          () => "done",
          (error: ApiError) => error.code,
        );
      expect(await code(ann.call(updateFile, { params: { id: file.id }, body: { name } }))).toBe("invalid_name");
      expect(await code(ann.call(createFolder, { body: { name, parentId } }))).toBe("invalid_name");
      await expect(uploadByTus(ann, Buffer.from("x"), { filename: name, parentId })).rejects.toThrow(
        /invalid_name|invalid_request/,
      );
    }
    expect(await listed(parentId)).toEqual(["stays"]);
  });

  test("half a character is refused, or arrives as the character that stands for it", async () => {
    const { id } = await ann.put("half", "x");
    for (const escaped of ['"\\ud800"', '"a\\udfff.txt"', '"\\udc00\\ud800"']) {
      const answer = await ann.fetch(`/api/v1/files/${id}`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: `{"name":${escaped}}`,
      });
      expect(answer.status).toBe(422);
    }
    for (const query of [
      "name=%ED%A0%80",
      "name=%FF%FE",
      "name=%C3",
      "name=a&name=b",
      "name[]=a",
      "name=%",
      "name",
      "",
    ]) {
      const answer = await ann.fetch(`/api/v1/files/content?${query}&onConflict=rename`, { method: "PUT", body: "x" });
      expect(answer.status, query).toBeLessThan(500);
      if (!answer.ok) continue;
      expect(((await answer.json()) as File).name.isWellFormed()).toBe(true);
    }
    const metadata = `filename ${Buffer.from([0xff, 0xfe, 0x41]).toString("base64")}`;
    const tus = await ann.fetch("/api/v1/uploads", {
      method: "POST",
      headers: { "tus-resumable": "1.0.0", "upload-length": "1", "upload-metadata": metadata },
    });
    expect(tus.status).toBeLessThan(500);
  });

  test("twins that only look the same are two files", async () => {
    const parentId = await newFolder("twins");
    const nfc = await ann.put("é.txt".normalize("NFC"), "composed", { parentId });
    const nfd = await ann.put("é.txt".normalize("NFD"), "decomposed", { parentId });
    const upper = await ann.put("É.TXT", "upper", { parentId });
    expect(new Set([nfc.id, nfd.id, upper.id]).size).toBe(3);
    expect((await ann.read(nfd.id)).toString()).toBe("decomposed");
    await expect(ann.put("é.txt".normalize("NFD"), "x", { parentId })).rejects.toThrow("name_taken");
  });

  test("another name for a taken one never passes the limit, whatever its characters", async () => {
    const parentId = await newFolder("full");
    for (const name of [
      "x".repeat(255),
      `${"👍".repeat(62)}.txt`,
      "é".repeat(127),
      `${"a".repeat(200)}.${"b".repeat(10)}`,
    ]) {
      const names = [];
      for (let n = 0; n < 12; n++) names.push((await ann.put(name, "x", { parentId, onConflict: "rename" })).name);
      expect(new Set(names).size).toBe(12);
      for (const given of names) {
        expect(Buffer.byteLength(given)).toBeLessThanOrEqual(255);
        expect(given.isWellFormed()).toBe(true);
      }
      expect(names[11]).toMatch(/ \(12\)/);
    }
  });

  test("any text at all is a name or a 4xx, never a 5xx", async () => {
    const parentId = await newFolder("any");
    const runs = Number(process.env.HOLDFAST_TEST_NAMES ?? 300);
    const anyText = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.string({
        unit: fc.constantFrom("/", ".", "\\", "%", "\0", "\r", "\n", "a", "\u202e", "'", '"', " ", "2", "F", "e"),
        maxLength: 12,
      }),
    );
    await fc.assert(
      fc.asyncProperty(anyText, async (name) => {
        const answer = await ann.fetch("/api/v1/folders", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ name, parentId, onConflict: "reuse" }),
        });
        const good =
          name !== "" &&
          name !== "." &&
          name !== ".." &&
          !/[/\0]/.test(name) &&
          name.isWellFormed() &&
          Buffer.byteLength(name) <= 255;
        expect(answer.status).toBe(good ? 201 : 422);
        if (good) expect(((await answer.json()) as File).name).toBe(name);
      }),
      { numRuns: runs },
    );
  });
});
