import { execFile, spawn } from "node:child_process";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { saveDocument } from "./format/files.ts";
import { check } from "./maintenance/check.ts";
import { prune } from "./maintenance/prune.ts";
import type { Repository } from "./repository.ts";
import { restic } from "./testing/restic.ts";
import { temporaryRepository } from "./testing/temporary.ts";

const locked = { code: "locked" };
const prunes = fileURLToPath(new URL("./testing/prune-child.ts", import.meta.url));

function foreignLock(
  repository: Repository,
  fields: { exclusive: boolean; time?: Date; hostname?: string; pid?: number; space?: string | undefined },
) {
  const { exclusive, time = new Date(), hostname = "elsewhere", pid = 1, space } = fields;
  const document = JSON.stringify({ time, exclusive, hostname, username: "x", pid, process_space: space });
  return saveDocument(repository.store, repository.cipher, "locks", document);
}

test("many may share, one may exclude", async () => {
  const { root, repository } = await temporaryRepository();
  await repository.withLock({ exclusive: false }, async () => {
    await repository.withLock({ exclusive: false }, async () => {
      expect(await repository.locks()).toHaveLength(2);
      await expect(repository.withLock({ exclusive: true }, async () => {})).rejects.toMatchObject(locked);
    });
    await expect(restic(root, ["check"])).rejects.toThrow("already locked");
    await restic(root, ["snapshots"]);
  });
  await repository.withLock({ exclusive: true }, async () => {
    await expect(repository.withLock({ exclusive: false }, async () => {})).rejects.toMatchObject(locked);
    await expect(check(repository)).rejects.toMatchObject(locked);
    await expect(restic(root, ["snapshots"])).rejects.toThrow("already locked exclusively");
  });
  expect(await repository.locks()).toEqual([]);
});

test("of many who want to exclude at once, never two get in", async () => {
  const { repository } = await temporaryRepository();
  let inside = 0;
  let most = 0;
  const attempts = Array.from({ length: 10 }, () =>
    repository.withLock({ exclusive: true }, async () => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside--;
    }),
  );
  for (const attempt of await Promise.allSettled(attempts)) {
    if (attempt.status === "rejected") expect(attempt.reason).toMatchObject(locked);
  }
  expect(most).toBeLessThanOrEqual(1);
  await repository.withLock({ exclusive: true }, async () => {});
});

test("gives way to a restic that is at work", async () => {
  const { root, repository } = await temporaryRepository();
  const env = { ...process.env, RESTIC_PASSWORD: "secret" };
  const program = process.env.HOLDFAST_RESTIC ?? "restic";
  const child = spawn(program, ["-r", root, "--no-cache", "backup", "--stdin"], {
    env,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const exited = new Promise((resolve) => child.on("exit", resolve));
  while ((await repository.locks()).length === 0) await sleep(50);
  await expect(prune(repository)).rejects.toMatchObject(locked);
  expect((await check(repository)).errors).toEqual([]);
  child.stdin.end("text");
  expect(await exited).toBe(0);
  await prune(repository);
  expect(await repository.snapshots()).toHaveLength(1);
});

/** As this process names the place where its id means something. */
async function ourSpace(repository: Repository): Promise<string | undefined> {
  return repository.withLock({ exclusive: false }, async () => (await repository.locks())[0]?.processSpace);
}

test("removes locks that are old, or of a process that is no more, and no others", async () => {
  const { repository } = await temporaryRepository();
  const space = await ourSpace(repository);
  const hostname = os.hostname();
  const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
  await foreignLock(repository, { exclusive: true, time: minutesAgo(31) });
  await foreignLock(repository, { exclusive: true, hostname, space, pid: 2 ** 22 - 3 });
  // Our own process id, and no lock of ours.
  await foreignLock(repository, { exclusive: true, hostname, space, pid: process.pid });
  await repository.withLock({ exclusive: true }, async () => {});
  expect(await repository.locks()).toEqual([]);

  // With our host name and a process id that is none here: of another container, another boot, or a program that does not say.
  for (const other of [
    { time: minutesAgo(29) },
    { hostname, space: space?.replace(/\d+\]$/, "1]"), pid: 2 ** 22 - 3 },
    { hostname, space: space?.replace(/^\w+/, "0"), pid: process.pid },
    { hostname, pid: 2 ** 22 - 3 },
  ]) {
    const id = await foreignLock(repository, { exclusive: true, ...other });
    await expect(repository.withLock({ exclusive: false }, async () => {})).rejects.toMatchObject(locked);
    expect(await repository.locks()).toHaveLength(1);
    await repository.store.delete([`locks/${id}`]);
  }
});

test("a process that cannot see ours, with our host name, does not prune what we write", async () => {
  const { root, repository } = await temporaryRepository();
  const unshare = ["-p", "-f", "--mount-proc", process.execPath, ...process.execArgv, prunes, root];
  const prune = (): Promise<string> =>
    promisify(execFile)("unshare", unshare).then(
      ({ stdout }) => stdout,
      (error: Error & { code: unknown }) => `${error.code} ${error.message}`,
    );
  // Only the system's administrator may make such a process; the test above tells the same by the locks alone.
  if (!(await prune()).startsWith("pruned")) return;
  await repository.withLock({ exclusive: false }, async () => {
    expect(await prune()).toBe("locked");
    expect(await repository.locks()).toHaveLength(1);
  });
  expect(await prune()).toBe("pruned");
});

test("restic reads locks of ours as it reads its own", async () => {
  const { root, repository } = await temporaryRepository();
  await repository.withLock({ exclusive: false }, async () => {
    const [lock] = await repository.locks();
    expect(JSON.parse(await restic(root, ["cat", "lock", lock?.id as string]))).toMatchObject({ pid: process.pid });
    await restic(root, ["snapshots"]);
  });
});

test("lets go of the lock when the work fails or is cancelled", async () => {
  const { repository } = await temporaryRepository();
  const failing = repository.withLock({ exclusive: true }, async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  const cancel = new AbortController();
  const waiting = repository.withLock({ exclusive: true, signal: cancel.signal }, async (signal) => {
    cancel.abort(new Error("enough"));
    signal.throwIfAborted();
  });
  await expect(waiting).rejects.toThrow("enough");
  expect(await repository.locks()).toEqual([]);
});
