import { createFolder } from "@holdfast/contract/client";
import { call } from "@/lib/api";

/** Recreates dropped trees: each folder is asked for once, whoever needs it waits for the same answer. */
export class FolderMaker {
  private readonly known = new Map<string, Promise<string | null>>();

  /** The id of `dir` beneath `targetId`, made (or found) where it is missing. */
  ensure(targetId: string | null, dir: string): Promise<string | null> {
    if (!dir) return Promise.resolve(targetId);
    const key = `${targetId ?? ""}:${dir}`;
    const known = this.known.get(key);
    if (known) return known;
    const made = this.make(targetId, dir);
    this.known.set(key, made);
    made.catch(() => this.known.delete(key));
    return made;
  }

  private async make(targetId: string | null, dir: string): Promise<string> {
    const cut = dir.lastIndexOf("/");
    const parentId = await this.ensure(targetId, cut < 0 ? "" : dir.slice(0, cut));
    const folder = await call(createFolder, { body: { name: dir.slice(cut + 1), parentId, onConflict: "reuse" } });
    return folder.id;
  }

  forget(): void {
    this.known.clear();
  }
}
