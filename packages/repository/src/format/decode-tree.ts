import { damaged } from "../errors.ts";
import { unquotedBytes } from "./go-json.ts";
import { isId } from "./ids.ts";
import { compareNames, isNoName, type TreeNode } from "./tree.ts";

interface JsonNode {
  name: string;
  type: string;
  mode?: number;
  mtime: string;
  uid?: number;
  gid?: number;
  user?: string;
  group?: string;
  size?: number;
  content?: string[] | null;
  subtree?: string;
  linktarget?: string;
}

/**
 * The nodes of a tree blob, which its hash has vouched for: that it is what somebody stored, and not that it means well. A node that can be
 * no entry of a folder is marked as refused; a tree that is none is an error. @throws RepositoryError "damaged"
 */
export function decodeTree(bytes: Buffer): TreeNode[] {
  const order = new EntryOrder();
  return parse(bytes).map((node) => {
    const raw = unquotedBytes(node.name);
    const name = typeof raw === "string" ? raw : raw.toString();
    const refused = refusalOf(name, node) ?? order.refuse(raw, name);
    return {
      ...node,
      name,
      mode: (node.mode ?? 0) & 0o777,
      mtime: timeOf(node.mtime),
      content: node.type === "file" ? (node.content ?? undefined) : undefined,
      subtree: node.type === "dir" ? node.subtree : undefined,
      refused,
    };
  });
}

function parse(bytes: Buffer): JsonNode[] {
  let nodes: unknown;
  try {
    nodes = (JSON.parse(bytes.toString()) as { nodes?: unknown } | null)?.nodes ?? [];
  } catch (error) {
    throw damaged("A tree is not JSON.", error);
  }
  if (!Array.isArray(nodes)) throw damaged("A tree holds no list.");
  for (const node of nodes as (Partial<JsonNode> | null)[]) {
    if (typeof node?.name !== "string" || typeof node.type !== "string")
      throw damaged("A tree holds what is no entry.");
    if (node.type === "file" && !(Array.isArray(node.content ?? []) && (node.content ?? []).every(isId))) {
      throw damaged("A file's contents are not ids.");
    }
    if (node.type === "dir" && !isId(node.subtree)) throw damaged(`The folder "${node.name}" names no tree.`);
  }
  return nodes as JsonNode[];
}

function refusalOf(name: string, { size = 0 }: JsonNode): string | undefined {
  if (isNoName(name))
    return `An entry is named ${JSON.stringify(name.slice(0, 200))}, which cannot be a name in a folder.`;
  if (Number.isSafeInteger(size) && size >= 0) return undefined;
  return `The entry ${JSON.stringify(name.slice(0, 200))} says that it has ${size} bytes.`;
}

/** A time that is none is no reason to lose a file. */
function timeOf(text: string): Date {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? new Date(0) : time;
}

/** Entries come sorted by the bytes of their names, each once; of names that are not UTF-8, several may read the same. */
class EntryOrder {
  #last: string | Buffer | null = null;
  readonly #unreadable = new Set<string>();

  refuse(raw: string | Buffer, name: string): string | undefined {
    const order = this.#last === null ? -1 : compareRaw(this.#last, raw);
    const shown = JSON.stringify(name.slice(0, 200));
    if (order === 0) return `There are two entries named ${shown}.`;
    if (order > 0) return `The entry ${shown} is not where the order of names has it.`;
    this.#last = raw;
    if (!name.includes("\ufffd")) return undefined;
    if (this.#unreadable.has(name)) return `There are two entries whose names read as ${shown}.`;
    this.#unreadable.add(name);
    return undefined;
  }
}

function compareRaw(a: string | Buffer, b: string | Buffer): number {
  if (typeof a === "string" && typeof b === "string") return compareNames(a, b);
  return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
}
