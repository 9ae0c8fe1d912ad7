import { type BatchItem, listFiles, type Problem } from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";

export type Items = BatchItem[];

/** Sends an archive made by hand. `items` also of a problem. */
export async function sendBatch(
  person: Person,
  archive: Uint8Array | ReadableStream,
  query: Record<string, string> = {},
): Promise<{ status: number; items: Items; problem: Problem }> {
  const answer = await person.fetch(`/api/v1/files/batch?${new URLSearchParams(query)}`, {
    ...{ method: "POST", headers: { "content-type": "application/x-tar" } },
    body: archive as NonNullable<RequestInit["body"]>,
    ...(archive instanceof ReadableStream ? { duplex: "half" } : {}),
  } as RequestInit);
  const problem = (await answer.json()) as Problem;
  return { status: answer.status, items: problem.items ?? [], problem };
}

export const statuses = (items: Items) => [...new Set(items.map(({ status }) => status))];

export interface Below {
  path: string;
  id: string;
  sha256: string | null;
  lastModified: string;
}

/** Every file below a folder, with its path from there. */
export async function filesBelow(person: Person, parentId: string, above = ""): Promise<Below[]> {
  const { items } = await person.call(listFiles, { query: { parentId, limit: 1000 } });
  const all = await Promise.all(
    items.map(async (file) => {
      const path = `${above}${file.name}`;
      return file.kind === "folder" ? filesBelow(person, file.id, `${path}/`) : [{ ...file, path }];
    }),
  );
  return all.flat();
}
