import { randomUUID } from "node:crypto";
import type { Operation } from "../../../packages/contract/src/index.ts";
import * as contract from "../../../packages/contract/src/index.ts";
import { metadataOf } from "../../support/uploads/tus.ts";
import type { Named } from "./ask.ts";

/** Things of somebody else, which a request of one's own names. */
export interface Foreign {
  /** Of their own space. */
  spaceId: string;
  /** Of a team that they manage. */
  teamId: string;
  fileId: string;
  folderId: string;
  /** A version of the file. */
  versionId: string;
}

export interface Reference {
  readonly operation: Operation;
  /** Which of the request's fields names the foreign thing. */
  readonly field: string;
  named(foreign: Foreign): Named;
  /** How a list of ids is answered: each by itself, or the whole request. */
  readonly each?: true;
  /** What is not one's own is passed over without a word. */
  readonly ignored?: true;
}

const into = (operation: Operation, more: Record<string, unknown> = {}): Reference => ({
  ...{ operation, field: "parentId" },
  named: ({ folderId }) => ({ body: { ...more, parentId: folderId } }),
});
const bulk = (action: string): Reference => ({
  ...{ operation: contract.bulkFiles, field: "ids", each: true },
  named: ({ fileId }) => ({ body: { action, ids: [fileId] } }),
});

/** Every way to name a file, a folder or a version outside of the path. */
export const references: readonly Reference[] = [
  into(contract.createFolder, { name: randomUUID() }),
  into(contract.copyFile),
  into(contract.updateFile),
  into(contract.checkMove),
  into(contract.finishUpload, { onConflict: "rename" }),
  {
    ...into(contract.bulkFiles),
    named: ({ folderId }) => ({ body: { action: "move", ids: [randomUUID()], parentId: folderId } }),
  },
  ...["trash", "delete", "restore", "move"].map(bulk),
  {
    ...{ operation: contract.putContent, field: "parentId" },
    named: ({ folderId }) => ({ query: { name: `${randomUUID()}.txt`, parentId: folderId } }),
  },
  {
    ...{ operation: contract.uploadBatch, field: "parentId" },
    named: ({ folderId }) => ({ query: { parentId: folderId } }),
  },
  {
    ...{ operation: contract.createUpload, field: "parentId" },
    named: ({ folderId }) => ({
      headers: { "upload-length": "5", "upload-metadata": metadataOf({ filename: randomUUID(), parentId: folderId }) },
    }),
  },
  { operation: contract.listFiles, field: "parentId", named: ({ folderId }) => ({ query: { parentId: folderId } }) },
  { operation: contract.getArchive, field: "ids", named: ({ fileId }) => ({ query: { ids: fileId } }) },
  {
    ...{ operation: contract.createShare, field: "fileId" },
    named: ({ fileId }) => ({ body: { fileId, linkType: "permanent" } }),
  },
  ...[contract.listShares, contract.listTrash, contract.getTrashTotals, contract.emptyTrash].map((operation) => ({
    ...{ operation, field: "spaceId" },
    named: ({ spaceId }: Foreign) => ({ query: { spaceId } }),
  })),
  ...[contract.createBackup, contract.createBackupSchedule].map((operation) => ({
    ...{ operation, field: "spaceId" },
    named: ({ teamId }: Foreign) => ({ body: { scope: "space", spaceId: teamId, schedulePreset: "daily" } }),
  })),
  {
    ...{ operation: contract.listBackups, field: "spaceId" },
    named: ({ teamId }) => ({ query: { scope: "space", spaceId: teamId } }),
  },
  { operation: contract.listShares, field: "fileId", named: ({ fileId }) => ({ query: { fileId } }) },
  {
    ...{ operation: contract.updateNotifications, field: "ids", ignored: true },
    named: ({ fileId }) => ({ body: { ids: [fileId] } }),
  },
  { operation: contract.getContent, field: "version", named: ({ versionId }) => ({ query: { version: versionId } }) },
  { operation: contract.headContent, field: "version", named: ({ versionId }) => ({ query: { version: versionId } }) },
];

/** Fields that name a thing which may be somebody else's. Targets of backups are everybody's. */
const naming = /^(parentId|fileId|spaceId|ids|version)$/;

/** Fields of operations that name something and are in no line above: the list has to grow with the contract. */
export function unnamed(operations: readonly Operation[]): string[] {
  const known = new Set(references.map(({ operation, field }) => `${operation.id} ${field}`));
  return operations
    .filter(({ access }) => access === "signed-in")
    .flatMap((operation) => {
      const shapes = [operation.query, operation.body].map(
        (schema) => (schema as { shape?: object } | undefined)?.shape,
      );
      return shapes.flatMap((shape) => Object.keys(shape ?? {})).map((field) => [operation, field] as const);
    })
    .filter(([, field]) => naming.test(field))
    .map(([operation, field]) => `${operation.id} ${field}`)
    .filter((line) => !known.has(line));
}
