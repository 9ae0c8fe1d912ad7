import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  /** Where it is mounted. */
  readonly path: string;
  /** Bytes that an ordinary program could still write. */
  free(): number;
  /** What another program does to it: writes until nothing fits any more. */
  fill(): Promise<void>;
  /** The other program's bytes go. */
  unfill(): Promise<void>;
  remove(): void;
}

/** Why this machine mounts no file systems for us, or null. */
export function whyNoSmallDisks(): string | null {
  if (process.platform !== "linux") return "small file systems are made on Linux only";
  try {
    mountSmallDisk(2 ** 20).remove();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A file system of so many bytes of its own. */
export function mountSmallDisk(bytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "holdfast-small-disk-"));
  const made = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes},mode=0755`, "tmpfs", path], {
    encoding: "utf8",
  });
  if (made.status !== 0) {
    rmSync(path, { recursive: true });
    throw new Error(`this machine mounts no file system for us: ${(made.stderr ?? String(made.error)).trim()}`);
  }
  const foreign = join(path, "another-program.bin");
  return {
    path,
    free() {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    },
    async fill() {
      // Ends by itself, with an error, when the last byte is taken.
      const child = spawn("dd", ["if=/dev/zero", `of=${foreign}`, "bs=64k", "oflag=append", "conv=notrunc"], {
        stdio: "ignore",
      });
      await once(child, "exit");
    },
    unfill: () => unlink(foreign).catch(() => {}),
    remove() {
      spawnSync("umount", ["-l", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
