import { RepositoryError } from "../errors.ts";
import { goString, goTime, quotedName } from "./go-json.ts";

/** Of Go's os.FileMode, which restic stores: a folder. The low nine bits are the permissions. */
const MODE_FOLDER = 0x8000_0000;

/** An entry of a folder. */
export interface TreeNode {
  name: string;
  /** "file" and "dir" are what Holdfast writes; restic also writes "symlink", "dev", "chardev", "fifo" and "socket". */
  type: string;
  /** Permissions, the low nine bits. Default 0644 for files and 0755 for folders. */
  mode?: number;
  mtime: Date;
  uid?: number;
  gid?: number;
  user?: string;
  group?: string;
  /** Bytes of a file. */
  size?: number;
  /** Ids of a file's data blobs, in order. */
  content?: string[];
  /** Id of a folder's tree blob. */
  subtree?: string;
  linktarget?: string;
  /** Of a tree that was read: why this can be no entry of a folder. Such a node is shown and restored nowhere. */
  refused?: string;
}

/** A node as restic's `Node` is marshalled, field by field in Go's order. */
export function encodeNode(node: TreeNode): string {
  checkName(node.name);
  const time = goTime(node.mtime);
  const folder = node.type === "dir";
  const mode = ((node.mode ?? (folder ? 0o755 : 0o644)) & 0o777) + (folder ? MODE_FOLDER : 0);
  let json = `{"name":${quotedName(node.name)},"type":"${folder ? "dir" : "file"}","mode":${mode}`;
  json += `,"mtime":"${time}","atime":"${time}","ctime":"${time}","uid":${node.uid ?? 0},"gid":${node.gid ?? 0}`;
  if (node.user) json += `,"user":${goString(node.user)}`;
  if (node.group) json += `,"group":${goString(node.group)}`;
  if (folder) return `${json},"content":null,"subtree":"${node.subtree}"}`;
  if (node.size) json += `,"size":${node.size}`;
  const content = node.content ?? [];
  return `${json},"content":${content.length === 0 ? "[]" : `["${content.join('","')}"]`}}`;
}

function checkName(name: string): void {
  if (isNoName(name)) throw new RepositoryError("invalid", `"${name.slice(0, 80)}" cannot be a name in a folder.`);
}

/** What would lead out of the folder that it is joined to, or could not be written. */
export function isNoName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) return true;
  return process.platform === "win32" && name.includes("\\");
}

const HEAD = '{"nodes":[';
const TAIL = "]}\n";

/**
 * Collects a folder's nodes in any order and encodes them sorted by the bytes of their names, as restic needs them. What it holds is their
 * JSON as bytes, some 350 an entry: a folder of a million entries is made in the memory that its tree takes twice.
 */
export class TreeBuilder {
  readonly #names: string[] = [];
  /** Where each node's JSON ends in `#bytes`. */
  readonly #ends: number[] = [];
  #bytes = Buffer.allocUnsafeSlow(4096);
  #used = 0;
  #sorted = true;

  get count(): number {
    return this.#names.length;
  }

  add(node: TreeNode): void {
    const last = this.#names.at(-1);
    const json = encodeNode(node);
    // UTF-8 takes at most three bytes for what is one unit of a string.
    this.#reserve(json.length * 3);
    this.#used += this.#bytes.write(json, this.#used);
    this.#ends.push(this.#used);
    this.#names.push(node.name);
    if (last !== undefined && compareNames(last, node.name) >= 0) this.#sorted = false;
  }

  /** The tree blob. @throws RepositoryError "invalid" where two nodes have one name. */
  finish(): Buffer {
    const commas = Math.max(0, this.count - 1);
    const tree = Buffer.allocUnsafeSlow(HEAD.length + this.#used + commas + TAIL.length);
    let at = tree.write(HEAD, "latin1");
    const order = this.#sorted ? null : this.#order();
    for (let i = 0; i < this.count; i++) {
      const node = order === null ? i : (order[i] as number);
      if (i > 0) tree[at++] = 0x2c;
      at += this.#bytes.copy(tree, at, node === 0 ? 0 : this.#ends[node - 1], this.#ends[node]);
    }
    tree.write(TAIL, at, "latin1");
    return tree;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#used + bytes, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
  }

  /** The nodes' positions in the order of their names. */
  #order(): number[] {
    const names = this.#names;
    const order = names.map((_, i) => i).sort((a, b) => compareNames(names[a] as string, names[b] as string));
    for (let i = 1; i < order.length; i++) {
      const name = names[order[i] as number] as string;
      if (name === names[order[i - 1] as number]) {
        throw new RepositoryError("invalid", `A folder has two entries named "${name}".`);
      }
    }
    return order;
  }
}

/** By UTF-8 bytes, as Go compares strings; JavaScript's own order differs beyond U+FFFF. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}
