import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { check, prune } from "@holdfast/repository";
import type { Config } from "../config.ts";
import {
  backUpNow,
  findTarget,
  findWork,
  instanceSnapshots,
  recoveryKit,
  restoreHere,
  startOver,
} from "../features/backups/index.ts";
import { createDatabase } from "../platform/database/database.ts";
import { createPool } from "../platform/database/pool.ts";
import { createLog } from "../platform/log.ts";
import { forgetFingerprints, secretsSetting } from "../platform/shared-secrets.queries.ts";
import { openStore, roomOptions } from "../platform/storage/open-store.ts";
import { createRoom } from "../platform/storage/room.ts";
import { knownSchema } from "../process/database.ts";
import { StartError } from "../process/failure.ts";
import { withDatabase, withInstallation } from "./installation.ts";
import { type TargetOptions, withLostRepository, withRepository } from "./repository.ts";

type Print = (line: string) => void;

export interface BackupOptions {
  account?: string;
  withVersions?: boolean;
}

/** `holdfast backup`: the whole instance, or one account. Waits for its end. */
export async function backupCommand(config: Config, options: BackupOptions, print: Print): Promise<void> {
  const { account = null, withVersions = false } = options;
  if (withVersions && account === null) {
    throw new StartError(
      "A backup of the instance holds earlier versions and the trash in any case: leave --with-versions out, or name an --account.",
    );
  }
  return withInstallation(config, async ({ services, isRunning }) => {
    const { backups, log } = services;
    const id = await backUpNow(backups, { account, withVersions }, isRunning ? null : { signal: noSignal(), log });
    if (id === null) throw new StartError(`There is no account with the address ${account}.`);
    for (;;) {
      const backup = await findWork(backups, id);
      if (backup.status === "completed") {
        const proof = backup.verified_at ? "verified" : (backup.error ?? "not verified");
        return print(
          `${backup.snapshot_id?.slice(0, 8)}  ${backup.files_done} files, ${backup.bytes_done} bytes, ${proof}`,
        );
      }
      if (backup.status === "failed" || backup.status === "cancelled") {
        throw new StartError(`The backup ${backup.status}: ${backup.error ?? ""}`);
      }
      await sleep(500);
    }
  });
}

/** `holdfast snapshots`. */
export function snapshotsCommand(config: Config, options: TargetOptions, print: Print): Promise<void> {
  return withRepository(config, options, async (repository) => {
    for (const { id, time, paths, tags = [], programVersion = "" } of await repository.snapshots()) {
      const kind = tags.includes("instance") ? "instance" : "account";
      const by = programVersion.replace(/^holdfast /, "") || "unknown";
      print(`${id.slice(0, 8)}  ${time.toISOString()}  ${kind.padEnd(8)}  ${by.padEnd(8)}  ${paths.join(" ")}`);
    }
  });
}

/** `holdfast restore`: a whole instance on an empty installation. */
export function restoreCommand(
  config: Config,
  options: TargetOptions & { snapshot: string },
  print: Print,
): Promise<void> {
  return withLostRepository(config, options, async (repository, password) => {
    const instances = await instanceSnapshots(repository);
    const snapshot =
      options.snapshot === "latest"
        ? instances[0]
        : instances.find(({ id }) => options.snapshot.length >= 4 && id.startsWith(options.snapshot));
    if (!snapshot) throw new StartError(`There is no server backup "${options.snapshot}" at this target.`);
    print(`Restoring ${snapshot.id.slice(0, 8)} of ${snapshot.time.toISOString()}`);
    await withDatabase(config, async (databaseUrl, isRunning) => {
      if (isRunning) throw new StartError("Holdfast is running on this data folder: stop it first.");
      const opened = await openStore(config, async () => false);
      const store = createRoom(roomOptions(config, createLog({ logLevel: "error" }, "cli"))).guard(opened);
      let told = 0;
      try {
        const restored = await restoreHere({
          ...{ repository, snapshot, password, databaseUrl, store },
          schema: knownSchema(),
          signIn: config.supabase ? "supabase" : "embedded",
          dataDir: config.dataDir,
          onProgress(segments, bytes, { segments: all }) {
            if (performance.now() - told < 2000) return;
            told = performance.now();
            print(`  ${segments} of ${all.count} pieces, ${bytes} of ${all.bytes} bytes`);
          },
        });
        print(`Restored ${restored.rows} rows and ${restored.segments} pieces (${restored.bytes} bytes), all checked.`);
        for (const { what, rows } of restored.leftOut) {
          print(`Left out, because it has no place here: ${what}${rows > 0 ? `, ${rows} rows` : ""}.`);
        }
        print("Start Holdfast: accounts, files, versions and links are as they were.");
      } finally {
        await store.close();
      }
    });
  });
}

/** `holdfast verify`: reads a target's repository back. */
export function verifyCommand(config: Config, options: TargetOptions, print: Print): Promise<void> {
  return withRepository(config, options, async (repository) => {
    const report = await check(repository, { readData: "all" });
    for (const hint of report.hints) print(`hint: ${hint}`);
    for (const error of report.errors) print(`error: ${error}`);
    if (report.errors.length > 0) throw new StartError(`${report.errors.length} errors: the repository is damaged.`);
    print(`${report.snapshots} snapshots, ${report.packs} packs, ${report.bytesRead} bytes read: no errors.`);
  });
}

/** `holdfast prune`: removes data that no snapshot needs. */
export function pruneCommand(
  config: Config,
  options: TargetOptions & { preview?: boolean },
  print: Print,
): Promise<void> {
  return withRepository(config, options, async (repository) => {
    const report = await prune(repository, { preview: options.preview ?? false });
    const verb = options.preview ? "would be freed" : "freed";
    print(
      `${report.packsRemoved} packs removed, ${report.packsRepacked} repacked, ${report.bytesFreed} bytes ${verb}.`,
    );
  });
}

/** `holdfast target start-over`: gives up a repository that is lost. */
export function startOverCommand(config: Config, name: string, print: Print): Promise<void> {
  return withInstallation(config, async ({ services: { backups } }) => {
    const id = await findTarget(backups, name);
    const who = { role: "admin" as const };
    await startOver(backups, who, { actorId: null, ip: null, requestId: null }, id);
    print(`The old repository of "${name}" is given up. The next backup starts a new one.`);
  });
}

/** `holdfast adopt-keys`: the secrets of this data folder become the installation's, at its next start. */
export function adoptKeysCommand(config: Config, print: Print): Promise<void> {
  return withDatabase(config, async (databaseUrl) => {
    const pool = createPool(databaseUrl, { max: 1, name: "holdfast cli", onError: () => {} });
    try {
      await forgetFingerprints.count(createDatabase(pool), secretsSetting);
    } finally {
      await pool.end();
    }
    print(
      "The keys of this data folder become the installation's when Holdfast starts. Links and backups that were made with others open with those alone.",
    );
  });
}

/** `holdfast key`: the recovery kit. */
export function keyCommand(config: Config, print: Print): Promise<void> {
  return withInstallation(config, async ({ services }) => print(await recoveryKit(services.backups)));
}

/** `holdfast user reset-password`: for who has lost theirs, or the only admin. */
export function resetPasswordCommand(
  config: Config,
  email: string,
  options: { password?: string },
  print: Print,
): Promise<void> {
  const password = options.password ?? randomBytes(15).toString("base64url");
  return withInstallation(config, async ({ services }) => {
    await services.auth.resetPassword(email, password);
    print(options.password ? `The password of ${email} was changed.` : `The new password of ${email} is ${password}`);
  });
}

function noSignal(): AbortSignal {
  return new AbortController().signal;
}
