import { backup } from "../backup/backup.ts";
import type { TreeBuilder } from "../format/tree.ts";
import type { Repository } from "../repository.ts";

/** A node as nobody well-meaning writes it. */
export type RawNode = Record<string, unknown>;

export interface HostileSession {
  /** Stores a file's bytes. Returns its node. */
  file(name: string, bytes: Buffer | string): Promise<RawNode>;
  folder(name: string, nodes: readonly RawNode[]): Promise<RawNode>;
  /** Stores a tree of nodes as they are given, in their order. Returns its id. */
  tree(nodes: readonly RawNode[]): Promise<string>;
}

/** Takes a snapshot of what `build` makes, sealed and hashed as it must be, and otherwise unchecked. Returns its tree. */
export function writeHostile(
  repository: Repository,
  build: (session: HostileSession) => Promise<readonly RawNode[]>,
): Promise<string> {
  return backup(repository, { workers: 1 }, async (session) => {
    const times = { mtime: "2026-01-02T03:04:05Z", atime: "2026-01-02T03:04:05Z", ctime: "2026-01-02T03:04:05Z" };
    const hostile: HostileSession = {
      async file(name, bytes) {
        const content = Buffer.from(bytes);
        const part = {
          size: content.length,
          read: async (sink: (chunk: Uint8Array) => unknown) => void (await sink(content)),
        };
        return { name, type: "file", mode: 0o644, ...times, uid: 0, gid: 0, ...(await session.addFile([part])) };
      },
      async folder(name, nodes) {
        const subtree = await hostile.tree(nodes);
        return { name, type: "dir", mode: 0o755 + 0x8000_0000, ...times, uid: 0, gid: 0, content: null, subtree };
      },
      tree(nodes) {
        const bytes = Buffer.from(`${JSON.stringify({ nodes })}\n`);
        return session.saveTree({ finish: () => bytes } as TreeBuilder);
      },
    };
    const tree = await hostile.tree(await build(hostile));
    await session.saveSnapshot({ tree, paths: ["/../../etc"] });
    return tree;
  });
}
