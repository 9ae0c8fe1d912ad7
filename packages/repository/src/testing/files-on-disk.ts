import { mkdir, open, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RestoreSink } from "../restore/sink.ts";
import type { Files } from "./model.ts";

export async function readFolder(root: string): Promise<Files> {
  const files: Files = new Map();
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) await visit(name);
      else files.set(name, await readFile(path.join(root, name)));
    }
  };
  await visit("");
  return files;
}

export async function writeFolder(root: string, files: Files): Promise<void> {
  for (const [name, content] of files) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
}

/** What a file is called until all its bytes have come. */
export const PARTIAL = ".partial";

/** Restores into a folder. A file has its name only when it is whole. */
export function folderSink(root: string): RestoreSink {
  return {
    folder: async (name) => void (await mkdir(path.join(root, name), { recursive: true })),
    async file(name) {
      const target = path.join(root, name);
      await mkdir(path.dirname(target), { recursive: true });
      const file = await open(target + PARTIAL, "wx");
      return {
        write: (chunk) => file.writeFile(chunk),
        async close() {
          await file.close();
          await rename(target + PARTIAL, target);
        },
        abort: () => file.close(),
      };
    },
  };
}
