import { randomUUID } from "node:crypto";
import type pg from "pg";
import { createFolder } from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { stopInheritance } from "./grants.ts";
import { makeShared, type Shared } from "./shared.ts";

/** What actions are asked about, and where the grant lies that somebody has. */
export interface Placed {
  shared: Shared;
  grantedOn: string[];
}

/**
 * Places of what is asked for, as seen from a grant. `applies`: whether the grant counts there. What is at the top of a space in an action is
 * the outermost folder that the place is about.
 */
export const places = {
  "the file itself": {
    applies: true,
    async make(owner) {
      const shared = await makeShared(owner);
      const { fileId, folderId, otherFolderId, trashedFolderId, trashedFileId } = shared;
      const grantedOn = [fileId, folderId, otherFolderId, trashedFolderId, trashedFileId];
      return { shared: { ...shared, ownerId: folderId }, grantedOn };
    },
  },
  "a file below a granted folder": {
    applies: true,
    async make(owner) {
      const aboveId = await newFolder(owner);
      return { shared: { ...(await makeShared(owner, aboveId)), ownerId: aboveId }, grantedOn: [aboveId] };
    },
  },
  "a file above and beside": {
    applies: false,
    async make(owner) {
      const shared = await makeShared(owner);
      return { shared, grantedOn: [await newFolder(owner, shared.folderId), await newFolder(owner)] };
    },
  },
  "a file in a folder that stops inheritance": {
    applies: false,
    async make(owner, pool) {
      const aboveId = await newFolder(owner);
      const shared = await makeShared(owner, aboveId);
      await stopInheritance(pool, shared.folderId, shared.otherFolderId);
      return { shared: { ...shared, ownerId: shared.folderId }, grantedOn: [aboveId] };
    },
  },
  "in the trash": {
    applies: true,
    async make(owner) {
      const aboveId = await newFolder(owner);
      const shared = await makeShared(owner, aboveId);
      for (const id of [shared.folderId, shared.otherFolderId])
        await owner.fetch(`/api/v1/files/${id}`, { method: "DELETE" });
      return { shared: { ...shared, ownerId: shared.folderId }, grantedOn: [aboveId] };
    },
  },
} as const satisfies Record<string, { applies: boolean; make(owner: Person, pool: pg.Pool): Promise<Placed> }>;

export async function newFolder(owner: Person, parentId?: string, name: string = randomUUID()): Promise<string> {
  return (await owner.call(createFolder, { body: { name, ...(parentId ? { parentId } : {}) } })).id;
}
