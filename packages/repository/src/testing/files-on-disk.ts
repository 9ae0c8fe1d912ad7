import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
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
