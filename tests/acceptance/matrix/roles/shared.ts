import { randomUUID } from "node:crypto";
import { createFolder, createGrant } from "../../../../packages/contract/src/index.ts";
import { type Person, testPassword } from "../../../support/person.ts";

/** The owner's, made for one request. */
export interface Shared {
  ownerId: string;
  folderId: string;
  fileId: string;
  fileName: string;
  /** A former version of the file, and the current one. */
  formerId: string;
  versionId: string;
  otherFolderId: string;
  /** A folder in the trash, the file that is in it, and a file in the trash by itself. */
  trashedFolderId: string;
  insideTrashId: string;
  trashedFileId: string;
  /** Somebody else, and their role on the file. */
  grantedToId: string;
  grantId: string;
}

const others = new WeakMap<Person, Promise<string>>();

function somebodyElse(owner: Person): Promise<string> {
  let id = others.get(owner);
  if (!id) others.set(owner, (id = make()));
  return id;
  async function make(): Promise<string> {
    const body = JSON.stringify({ email: `${randomUUID()}@example.org`, password: testPassword, transport: "bearer" });
    const headers = { "content-type": "application/json" };
    const answer = await owner.fetch("/api/v1/auth/register", { method: "POST", headers, body });
    return ((await answer.json()) as { user: { id: string } }).user.id;
  }
}

/** @param aboveId the folder that all of it lies in; otherwise at the top of the owner's space */
export async function makeShared(owner: Person, aboveId?: string): Promise<Shared> {
  const above = aboveId ? { parentId: aboveId } : {};
  const folder = await owner.call(createFolder, { body: { name: randomUUID(), ...above } });
  const fileName = `${randomUUID()}.txt`;
  const parentId = folder.id;
  await owner.put(fileName, "former bytes", { parentId });
  const file = await owner.put(fileName, "current bytes", { parentId, onConflict: "replace" });
  const versions = (await (await owner.fetch(`/api/v1/files/${file.id}/versions`)).json()) as {
    items: { id: string }[];
  };
  const [other, trashed] = [
    await owner.call(createFolder, { body: { name: randomUUID(), ...above } }),
    await owner.call(createFolder, { body: { name: randomUUID(), parentId } }),
  ];
  const inside = await owner.put("inside.txt", "x", { parentId: trashed.id });
  const gone = await owner.put(`${randomUUID()}.txt`, "y", { parentId });
  for (const id of [trashed.id, gone.id]) await owner.fetch(`/api/v1/files/${id}`, { method: "DELETE" });
  const grantedToId = await somebodyElse(owner);
  const grantee = { granteeType: "user" as const, granteeId: grantedToId, role: "viewer" as const };
  const grant = await owner.call(createGrant, { params: { id: file.id }, body: grantee });
  return {
    ...{ grantedToId, grantId: grant.id },
    ...{ ownerId: owner.id, folderId: folder.id, fileId: file.id, fileName },
    ...{ versionId: versions.items[0]?.id as string, formerId: versions.items[1]?.id as string },
    ...{ otherFolderId: other.id, trashedFolderId: trashed.id, insideTrashId: inside.id, trashedFileId: gone.id },
  };
}
