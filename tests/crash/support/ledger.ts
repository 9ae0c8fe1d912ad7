import { createHash } from "node:crypto";
import { expect } from "vitest";
import { type File, listFiles, listTrash } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";

/** Where a file stands and what is in it, as a client has been told. */
export type State =
  | { at: "live"; parentId: string; name: string; hash: string }
  | { at: "trash"; name: string }
  | { at: "gone" };

export interface Entry {
  id: string;
  known: State;
  /** What it would be if a change whose answer never came had been made. */
  maybe: State | null;
}

export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What the server has acknowledged, kept outside of it. */
export class Ledger {
  readonly entries = new Map<string, Entry>();
  /** Files whose creation was never answered: not there, or whole. By name, which is unique. */
  readonly unanswered = new Map<string, { parentId: string; hash: string }>();

  add(file: { id: string; name: string; parentId: string }, hash: string): Entry {
    const known: State = { at: "live", parentId: file.parentId, name: file.name, hash };
    const entry = { id: file.id, known, maybe: null };
    this.entries.set(file.id, entry);
    return entry;
  }

  /** Makes a change: certain once it is answered, possible from the moment it is sent. */
  async change(entry: Entry, next: State, work: () => Promise<unknown>): Promise<void> {
    entry.maybe = next;
    await work();
    entry.known = next;
    entry.maybe = null;
  }

  /** Compares everything with what the server shows now, and learns how the unanswered requests ended. Returns bytes read. */
  async verify(person: Person, folders: readonly string[]): Promise<number> {
    const live = new Map<string, File>();
    for (const parentId of folders) for (const file of await listAll(person, parentId)) live.set(file.id, file);
    const trashed = new Map((await trashOf(person)).map((file) => [file.id, file]));
    let bytes = 0;
    const read = async (file: File): Promise<string> => {
      const content = await person.read(file.id);
      bytes += content.length;
      expect(content.length, `size of ${file.name}`).toBe(file.fileSize);
      const hash = hashOf(content);
      if (file.sha256 !== null) expect(hash, `checksum of ${file.name}`).toBe(file.sha256);
      return hash;
    };
    for (const entry of this.entries.values()) {
      const file = live.get(entry.id);
      const inTrash = trashed.get(entry.id);
      const seen: State = file
        ? { at: "live", parentId: file.parentId as string, name: file.name, hash: await read(file) }
        : inTrash
          ? { at: "trash", name: inTrash.name }
          : { at: "gone" };
      const allowed = entry.maybe ? [entry.known, entry.maybe] : [entry.known];
      expect(allowed, `${entry.id} is ${JSON.stringify(seen)}`).toContainEqual(seen);
      entry.known = seen;
      entry.maybe = null;
      live.delete(entry.id);
      if (seen.at === "gone") this.entries.delete(entry.id);
    }
    for (const file of live.values()) {
      const wanted = this.unanswered.get(file.name);
      expect(wanted, `${file.name} is known to nobody`).toBeDefined();
      expect({ parentId: file.parentId, hash: await read(file) }).toEqual(wanted);
      this.add(file as { id: string; name: string; parentId: string }, wanted?.hash as string);
    }
    this.unanswered.clear();
    return bytes;
  }
}

async function listAll(person: Person, parentId: string): Promise<File[]> {
  const found: File[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await person.call(listFiles, { query: { parentId, limit: 1000, ...(cursor ? { cursor } : {}) } });
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

async function trashOf(person: Person): Promise<{ id: string; name: string }[]> {
  const found: { id: string; name: string }[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await person.call(listTrash, { query: { limit: 1000, ...(cursor ? { cursor } : {}) } });
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}
