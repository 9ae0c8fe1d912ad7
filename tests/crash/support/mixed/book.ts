import { createHash } from "node:crypto";
import { type File, listFiles, listTrash } from "../../../../packages/contract/src/index.ts";
import { allOf } from "../keyed-load.ts";
import type { World } from "./world.ts";

export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What the server has acknowledged of files, kept outside of it. Names are unique, so a file that is there twice has one that nobody gave. */
export class Book {
  /** By name: where it is, and what is in it. */
  readonly live = new Map<string, { parentId: string; hash: string; how: string }>();
  /** Where it comes back to, and with what. */
  readonly trash = new Map<string, { parentId: string; hash: string }>();
  /** Of requests that were refused, which is noted: nothing is known of their files. */
  readonly unsure = new Set<string>();

  forget(name: string): void {
    this.live.delete(name);
    this.trash.delete(name);
    this.unsure.add(name);
  }

  /** Compares everything with what the server shows. Returns how many bytes were read. */
  async compare(world: World): Promise<number> {
    let bytes = 0;
    const seen = new Set<string>();
    for (const parentId of world.folders) {
      for (const file of await filesIn(world, parentId)) {
        seen.add(file.name);
        bytes += file.fileSize;
        await this.#compareFile(world, parentId, file);
      }
    }
    for (const [name, { how }] of this.live) {
      if (seen.has(name)) continue;
      world.faults.add(`${how}: told as done, and not there`, name);
      this.live.delete(name);
    }
    const trashed = new Set((await trashOf(world)).filter((name) => !this.unsure.has(name)));
    for (const name of this.trash.keys()) if (!trashed.has(name)) world.faults.add("not in the trash", name);
    for (const name of trashed) if (!this.trash.has(name)) world.faults.add("in the trash, unasked", name);
    return bytes;
  }

  async #compareFile({ person, faults }: World, parentId: string, file: File): Promise<void> {
    if (this.unsure.has(file.name)) return;
    const known = this.live.get(file.name);
    if (!known) return faults.add("a file that nobody was told of, or one twice", file.name);
    if (known.parentId !== parentId) faults.add("in another folder", file.name);
    const content = await person.read(file.id).catch((error: unknown) => String(error));
    if (typeof content === "string") return faults.add(`${known.how}: cannot be read`, `${file.name}: ${content}`);
    if (content.length !== file.fileSize || hashOf(content) !== known.hash)
      faults.add(`${known.how}: other bytes`, `${file.name}: ${content.length} of ${file.fileSize}`);
  }
}

async function filesIn({ person }: World, parentId: string): Promise<File[]> {
  const found: File[] = [];
  await allOf(async (page) => {
    const answer = await person.call(listFiles, { query: { ...page, parentId } });
    found.push(...answer.items);
    return answer;
  });
  return found;
}

async function trashOf({ person }: World): Promise<string[]> {
  const found: string[] = [];
  await allOf(async (page) => {
    const answer = await person.call(listTrash, { query: page });
    found.push(...answer.items.map(({ name }) => name));
    return answer;
  });
  return found;
}
