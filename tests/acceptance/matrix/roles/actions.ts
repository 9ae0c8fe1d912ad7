import { randomUUID } from "node:crypto";
import type { Person } from "../../../support/person.ts";
import { tarOf } from "../../../support/uploads/tar.ts";
import { metadataOf, tus } from "../../../support/uploads/tus.ts";
import type { Intent } from "./grants.ts";
import type { Shared } from "./shared.ts";

export interface Action {
  readonly what: string;
  /** All that it takes. */
  readonly needs: readonly Intent[];
  /** About something in the trash: who may not bring it back does not see it. */
  readonly inTrash?: true;
  ask(person: Person, shared: Shared): Promise<Response>;
}

const get = (what: string, path: (shared: Shared) => string, init: RequestInit = {}): Action => ({
  ...{ what, needs: ["see"] },
  ask: (person, shared) => person.fetch(path(shared), init),
});
const send = (
  method: "POST" | "PATCH",
  what: string,
  needs: readonly Intent[],
  path: (shared: Shared) => string,
  body: (shared: Shared) => object = () => ({}),
): Action => ({
  ...{ what, needs },
  ask: (person, shared) =>
    person.fetch(path(shared), {
      ...{ method, headers: { "content-type": "application/json" } },
      body: JSON.stringify(body(shared)),
    }),
});
const bulk = (action: "trash" | "delete" | "restore" | "move", needs: readonly Intent[]): Action => ({
  ...send(
    "POST",
    `bulk ${action}`,
    needs,
    () => "/api/v1/files/bulk",
    ({ fileId, trashedFileId, otherFolderId }) => ({
      ...{ action, ids: [action === "restore" ? trashedFileId : fileId] },
      ...(action === "move" ? { parentId: otherFolderId } : {}),
    }),
  ),
  ...(action === "restore" ? { inTrash: true } : {}),
});
const put = (what: string, needs: readonly Intent[], query: (shared: Shared) => string): Action => ({
  ...{ what, needs },
  ask: (person, shared) => person.fetch(`/api/v1/files/content?${query(shared)}`, { method: "PUT", body: "sent" }),
});
/** A new file, or, where it is to be replaced, one of the folder's own. */
const batch = (what: string, needs: readonly Intent[], query: (shared: Shared) => string): Action => ({
  ...{ what, needs },
  ask: (person, shared) =>
    person.fetch(`/api/v1/files/batch?${query(shared)}`, {
      method: "POST",
      body: tarOf({
        path: needs.includes("change") ? shared.fileName : `${randomUUID()}.txt`,
        bytes: Buffer.from("sent"),
      }),
    }),
});
const remove = (what: string, path: (shared: Shared) => string): Action => ({
  ...{ what, needs: ["delete"] },
  ask: (person, shared) => person.fetch(`/api/v1/files/${path(shared)}`, { method: "DELETE" }),
});
const ofTrash = (action: Action, ...more: Intent[]): Action => ({
  ...action,
  ...{ needs: [...action.needs, ...more], inTrash: true },
});

/** Every way to see, to use or to change what is in a space. */
export const actions: readonly Action[] = [
  get("a file's metadata", ({ fileId }) => `/api/v1/files/${fileId}`),
  get("a folder's metadata", ({ folderId }) => `/api/v1/files/${folderId}`),
  { ...get("the list of a folder", ({ folderId }) => `/api/v1/files?parentId=${folderId}`), needs: ["list"] },
  { ...get("the list of the space", ({ ownerId }) => `/api/v1/files?parentId=${ownerId}`), needs: ["list"] },
  get("the bytes", ({ fileId }) => `/api/v1/files/${fileId}/content`),
  get("a range of the bytes", ({ fileId }) => `/api/v1/files/${fileId}/content`, { headers: { range: "bytes=0-3" } }),
  get("the headers of the bytes", ({ fileId }) => `/api/v1/files/${fileId}/content`, { method: "HEAD" }),
  get("a former version's bytes", ({ fileId, formerId }) => `/api/v1/files/${fileId}/content?version=${formerId}`),
  get("an archive of a file", ({ fileId }) => `/api/v1/archives?ids=${fileId}`),
  get("an archive of a folder", ({ folderId }) => `/api/v1/archives?ids=${folderId}`),
  get("the versions", ({ fileId }) => `/api/v1/files/${fileId}/versions`),
  get("the totals of a folder", ({ folderId }) => `/api/v1/files/${folderId}/totals`),
  get("one's own links to a file", ({ fileId }) => `/api/v1/shares?fileId=${fileId}`),
  ofTrash(
    get("a file in the trash", ({ trashedFileId }) => `/api/v1/files/${trashedFileId}`),
    "restore",
  ),
  ofTrash(
    get("bytes in the trash", ({ insideTrashId }) => `/api/v1/files/${insideTrashId}/content`),
    "restore",
  ),
  ofTrash(
    get("an archive of the trash", ({ trashedFileId }) => `/api/v1/archives?ids=${trashedFileId}`),
    "restore",
  ),
  ofTrash(
    get("a folder in the trash", ({ trashedFolderId }) => `/api/v1/trash/${trashedFolderId}`),
    "restore",
  ),

  get("the comments on a file", ({ fileId }) => `/api/v1/files/${fileId}/comments`),
  get("the comments on a folder", ({ folderId }) => `/api/v1/files/${folderId}/comments`),
  get("whom a comment can mention", ({ fileId }) => `/api/v1/files/${fileId}/mentionable`),
  get("the activity of a file", ({ fileId }) => `/api/v1/files/${fileId}/activity`),
  get("the activity of a folder", ({ folderId }) => `/api/v1/files/${folderId}/activity`),
  get("the activity of the space", ({ ownerId }) => `/api/v1/files/${ownerId}/activity`),
  ofTrash(
    get("the comments in the trash", ({ trashedFileId }) => `/api/v1/files/${trashedFileId}/comments`),
    "restore",
  ),
  ofTrash(
    get("the activity in the trash", ({ insideTrashId }) => `/api/v1/files/${insideTrashId}/activity`),
    "restore",
  ),
  send(
    "POST",
    "a comment",
    ["see"],
    ({ fileId }) => `/api/v1/files/${fileId}/comments`,
    () => ({ text: "said" }),
  ),

  send(
    "POST",
    "a copy into one's own space",
    ["copy"],
    ({ fileId }) => `/api/v1/files/${fileId}/copy`,
    () => ({
      parentId: null,
    }),
  ),
  send("POST", "a copy beside the file", ["copy", "add"], ({ fileId }) => `/api/v1/files/${fileId}/copy`),
  send(
    "POST",
    "a copy of a folder",
    ["copy"],
    ({ folderId }) => `/api/v1/files/${folderId}/copy`,
    () => ({
      parentId: null,
    }),
  ),

  send(
    "POST",
    "a new folder",
    ["add"],
    () => "/api/v1/folders",
    ({ folderId }) => ({
      ...{ name: randomUUID(), parentId: folderId },
    }),
  ),
  put("a new file", ["add"], ({ folderId }) => `name=${randomUUID()}.txt&parentId=${folderId}`),
  put("a new file in the space", ["add"], ({ ownerId }) => `name=${randomUUID()}.txt&parentId=${ownerId}`),
  {
    ...{ what: "a new file by tus", needs: ["add"] },
    ask: (person, { folderId }) =>
      tus(person, "POST", "/api/v1/uploads", {
        headers: { "upload-length": 5, "upload-metadata": metadataOf({ filename: randomUUID(), parentId: folderId }) },
        body: Buffer.from("bytes"),
      }),
  },

  batch("new files in an archive", ["add"], (shared) => `parentId=${shared.folderId}`),
  batch(
    "another version in an archive",
    ["add", "change"],
    ({ folderId }) => `parentId=${folderId}&onConflict=replace`,
  ),

  put("another version", ["add", "change"], (shared) =>
    String(new URLSearchParams({ name: shared.fileName, parentId: shared.folderId, onConflict: "replace" })),
  ),
  send(
    "PATCH",
    "another name",
    ["change"],
    ({ fileId }) => `/api/v1/files/${fileId}`,
    () => ({ name: randomUUID() }),
  ),
  send(
    "PATCH",
    "another folder",
    ["change", "add"],
    ({ fileId }) => `/api/v1/files/${fileId}`,
    (shared) => ({
      parentId: shared.otherFolderId,
    }),
  ),
  bulk("move", ["add", "change"]),
  send("POST", "a former version again", ["change"], (s) => `/api/v1/files/${s.fileId}/versions/${s.formerId}/restore`),

  remove("a former version deleted", ({ fileId, formerId }) => `${fileId}/versions/${formerId}`),
  remove("all former versions deleted", ({ fileId }) => `${fileId}/versions`),
  remove("into the trash", ({ fileId }) => fileId),
  remove("deleted for good", ({ fileId }) => `${fileId}?permanent=true`),
  bulk("trash", ["delete"]),
  bulk("delete", ["delete"]),
  ofTrash(
    send("POST", "out of the trash", ["restore"], ({ trashedFileId }) => `/api/v1/files/${trashedFileId}/restore`),
  ),
  bulk("restore", ["restore"]),

  get("who has access", ({ fileId }) => `/api/v1/files/${fileId}/grants`),
  send(
    "POST",
    "a role for somebody",
    ["share"],
    ({ fileId }) => `/api/v1/files/${fileId}/grants`,
    ({ grantedToId }) => ({ granteeType: "user", granteeId: grantedToId, role: "editor" }),
  ),
  send(
    "PATCH",
    "another role for somebody",
    ["share"],
    ({ grantId }) => `/api/v1/grants/${grantId}`,
    () => ({ role: "editor" }),
  ),
  {
    ...{ what: "a role taken back", needs: ["share"] },
    ask: (person, { grantId }) => person.fetch(`/api/v1/grants/${grantId}`, { method: "DELETE" }),
  },
  send(
    "POST",
    "a folder's own access",
    ["share"],
    ({ folderId }) => `/api/v1/files/${folderId}/inheritance`,
    () => ({ inherits: false }),
  ),
  send(
    "POST",
    "a link",
    ["share"],
    () => "/api/v1/shares",
    ({ fileId }) => ({ fileId, linkType: "permanent" }),
  ),
];

/** What an answer says, that of a request about many about its one file. */
export async function outcomeOf(answer: Response): Promise<{ status: number; text: string }> {
  const text = await answer.text();
  if (!/\/(bulk|batch)(\?|$)/.test(answer.url) || !answer.ok) return { status: answer.status, text };
  const [item] = (JSON.parse(text) as { items: { ok?: boolean; status?: string; code?: string | null }[] }).items;
  const done = item?.ok || item?.status === "stored";
  return { status: done ? 200 : item?.code === "forbidden" ? 403 : item?.code === "not_found" ? 404 : 500, text };
}
