import { spawn } from "node:child_process";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { saveDocument } from "./format/files.ts";
import { check } from "./maintenance/check.ts";
import { prune } from "./maintenance/prune.ts";
import type { Repository } from "./repository.ts";
import { restic } from "./testing/restic.ts";
import { temporaryRepository } from "./testing/temporary.ts";

const locked = { code: "locked" };

function foreignLock(
  repository: Repository,
  fields: { exclusive: boolean; time?: Date; hostname?: string; pid?: number },
) {
  const { exclusive, time = new Date(), hostname = "elsewhere", pid = 1 } = fields;
  const document = JSON.stringify({ time, exclusive, hostname, username: "x", pid });
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

test("removes locks that are stale by restic's rules, and no others", async () => {
  const { repository } = await temporaryRepository();
  const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
  await foreignLock(repository, { exclusive: true, time: minutesAgo(31) });
  await foreignLock(repository, { exclusive: true, hostname: os.hostname(), pid: 2 ** 22 - 3 });
  // Our own process id, and no lock of ours: a former life in a container.
  await foreignLock(repository, { exclusive: true, hostname: os.hostname(), pid: process.pid });
  await repository.withLock({ exclusive: true }, async () => {});
  expect(await repository.locks()).toEqual([]);

  await foreignLock(repository, { exclusive: true, time: minutesAgo(29) });
  await expect(repository.withLock({ exclusive: false }, async () => {})).rejects.toMatchObject(locked);
  expect(await repository.locks()).toHaveLength(1);
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
