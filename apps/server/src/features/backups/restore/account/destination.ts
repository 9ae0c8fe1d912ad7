import type { TreeNode } from "@holdfast/repository";
import { ProblemError } from "../../../../platform/http/problem.ts";
import type { BackupsDeps } from "../../backups.deps.ts";
import { type Existing, listChildren } from "./destination.queries.ts";

/** What a folder has now: what is live by name, and the newest in the trash of each name that is not. */
interface Children {
  live: Map<string, Existing>;
  trashed: Map<string, Existing>;
}

/** What happens to a file, and the one in the trash that it comes back as: links and ids are kept. */
export interface Verdict {
  decision: Decision;
  /** In the trash. `same`: its bytes are those of the snapshot, so that nothing is written. */
  fromTrash?: { id: string; same: boolean };
}

/** What happens to a file of the snapshot: it is not there, it is there byte for byte, it becomes a new version, or a newer one stays. */
export type Decision = "new" | "same" | "changed" | "kept";

export interface DestinationOptions {
  userId: string;
  targetId: string;
  /** The folder that paths are below: the person's root, or the new folder; null where that is only looked at and not made. */
  baseId: string | null;
  mode: "new-folder" | "in-place";
  newer: "keep" | "replace";
  /** Makes folders that are missing. */
  create: boolean;
}

const FOLDERS_KEPT = 64;

type DestinationDeps = Pick<BackupsDeps, "db" | "makeFolder" | "takeFolderFromTrash">;

/** Where restored files go, and what is there already. Paths are parts from the base on. */
export class Destination {
  readonly #deps: DestinationDeps;
  readonly #options: DestinationOptions;
  readonly #folders = new Map<string, Promise<string | null>>();
  readonly #children = new Map<string, Promise<Children>>();
  /** Where folders are only looked at: those that would come back from the trash. */
  readonly #inTrash = new Set<string>();

  constructor(deps: DestinationDeps, options: DestinationOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** The folder at a path; null where it is not there (and is not made). */
  folder(path: readonly string[]): Promise<string | null> {
    const key = path.join("/");
    const known = this.#folders.get(key);
    if (known) return known;
    const found = path.length === 0 ? Promise.resolve(this.#options.baseId) : this.#findFolder(path);
    this.#folders.set(key, found);
    found.catch(() => this.#folders.delete(key));
    return found;
  }

  /** What to do with a file. `named`: a person has named this very file, so that it is restored whatever is there. */
  async decide(path: readonly string[], node: TreeNode, named: boolean): Promise<Verdict> {
    const parent = await this.folder(path.slice(0, -1));
    if (parent === null) return { decision: "new" };
    const name = path.at(-1) as string;
    const { live, trashed } = await this.#childrenOf(parent);
    const existing = live.get(name);
    const former = existing ? undefined : trashed.get(name);
    if (former?.kind === "file") return { decision: "new", fromTrash: { id: former.id, same: isSame(former, node) } };
    if (existing?.kind !== "file") return { decision: "new" };
    if (isSame(existing, node)) return { decision: "same" };
    // In a new folder, it can only be somebody else's doing: both stay.
    if (this.#options.mode === "new-folder") return { decision: "new" };
    if (named || this.#options.newer === "replace") return { decision: "changed" };
    return { decision: existing.last_modified > node.mtime ? "kept" : "changed" };
  }

  /** The file at a path now, or null. */
  async fileAt(path: readonly string[]): Promise<string | null> {
    const parent = await this.folder(path.slice(0, -1));
    const existing = parent === null ? undefined : (await this.#childrenOf(parent)).live.get(path.at(-1) as string);
    return existing?.kind === "file" ? existing.id : null;
  }

  async #findFolder(path: readonly string[]): Promise<string | null> {
    const name = path.at(-1) as string;
    const parent = await this.folder(path.slice(0, -1));
    if (parent === null) return null;
    const { live, trashed } = await this.#childrenOf(parent);
    const existing = live.get(name);
    if (existing?.kind === "folder") return existing.id;
    const former = existing ? undefined : trashed.get(name);
    const { userId, create } = this.#options;
    if (former?.kind === "folder") {
      if (!create) {
        this.#inTrash.add(former.id);
        return former.id;
      }
      if (await this.#deps.takeFolderFromTrash({ userId, folderId: former.id })) return former.id;
    }
    if (!create) return null;
    const wanted = { userId, parentId: parent === userId ? null : parent, name };
    try {
      return (await this.#deps.makeFolder({ ...wanted, onConflict: "reuse" })).id;
    } catch (error) {
      // A file has the name: the folder gets another one beside it.
      if (!(error instanceof ProblemError && error.code === "name_taken")) throw error;
      return (await this.#deps.makeFolder({ ...wanted, onConflict: "rename" })).id;
    }
  }

  #childrenOf(folderId: string): Promise<Children> {
    const known = this.#children.get(folderId);
    if (known) return known;
    const { targetId, mode } = this.#options;
    const alsoTrashed = this.#inTrash.has(folderId);
    const children = listChildren.all(this.#deps.db, folderId, targetId, alsoTrashed, mode === "in-place");
    const found = children.then((rows) => {
      const named = (trashed: boolean) =>
        new Map(rows.filter((row) => row.trashed === trashed).map((row) => [row.name, row]));
      return { live: named(false), trashed: named(true) };
    });
    found.catch(() => this.#children.delete(folderId));
    this.#children.set(folderId, found);
    if (this.#children.size > FOLDERS_KEPT) this.#children.delete(this.#children.keys().next().value as string);
    return found;
  }
}

/** Byte for byte: by the chunks, which are hashes of the bytes. What this repository does not know counts as different. */
function isSame(existing: Existing, node: TreeNode): boolean {
  if (existing.file_size !== (node.size ?? 0)) return false;
  if (existing.file_size === 0) return true;
  return existing.chunks !== null && existing.chunks.toString("hex") === (node.content ?? []).join("");
}
