import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { everything } from "./everything.ts";

/** A restore finds where it writes by names in its user's own space, so no request names these ids. They are judged all the same. */
describe("a restore given another's", () => {
  let server: TestServer;
  let owner: Person;
  let other: Person;
  let folderId: string;
  beforeAll(async () => {
    server = await startServer();
    [owner, other] = (await Promise.all(["owner", "other"].map((name) => server.person(name)))) as [Person, Person];
    folderId = (await owner.call(createFolder, { body: { name: randomUUID() } })).id;
  });
  afterAll(() => server.close());

  async function trashed(id: string): Promise<string> {
    await owner.fetch(`/api/v1/files/${id}`, { method: "DELETE" });
    return id;
  }
  async function changesNothing(work: () => Promise<void>): Promise<void> {
    const before = await everything(server.services.pool);
    await work();
    expect(await everything(server.services.pool)).toEqual(before);
  }

  test("folder in the trash leaves it there", async () => {
    const folder = await trashed((await owner.call(createFolder, { body: { name: randomUUID() } })).id);
    const take = (userId: string) => server.services.backups.takeFolderFromTrash({ userId, folderId: folder });
    await changesNothing(async () => expect(await take(other.id)).toBe(false));
    expect(await take(owner.id)).toBe(true);
  });

  test("file in the trash leaves it there", async () => {
    const fileId = await trashed((await owner.put(`${randomUUID()}.txt`, "x")).id);
    const take = (userId: string) => server.services.backups.takeFileFromTrash({ userId, fileId });
    await changesNothing(async () => expect(await take(other.id)).toBe(false));
    expect(await take(owner.id)).toBe(true);
  });

  test("folder makes no folder in it, and finds none", async () => {
    await owner.call(createFolder, { body: { name: "there", parentId: folderId } });
    const make = (userId: string, name: string) =>
      server.services.backups.makeFolder({ userId, parentId: folderId, name, onConflict: "reuse" });
    await changesNothing(async () => {
      for (const name of ["there", "new"])
        await expect(make(other.id, name)).rejects.toMatchObject({ code: "not_found" });
    });
    await make(owner.id, "new");
  });

  test("folder writes no file into it", async () => {
    const write = async (userId: string) => {
      const file = server.services.backups.receiveFile();
      await file.write(Buffer.from("bytes"));
      const place = {
        userId,
        parentId: folderId,
        name: "restored.txt",
        onConflict: "replace",
        lastModified: new Date(),
      } as const;
      return file.commit(place).finally(() => file.abort());
    };
    await changesNothing(() => expect(write(other.id)).rejects.toMatchObject({ code: "not_found" }));
    await write(owner.id);
  });
});
