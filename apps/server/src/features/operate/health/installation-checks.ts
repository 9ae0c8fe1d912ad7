import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "../../../config.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { trustProxyKind } from "../../../platform/http/connection/proxy-warnings.ts";
import { listJobs } from "../../../platform/jobs/list-jobs.ts";
import type { Maintenance } from "../../../platform/maintenance/maintenance.ts";
import type { Readiness } from "../../../platform/monitoring/readiness.ts";
import { machineMemory } from "../../../platform/nodes/announce-node.ts";
import { type BackupHealth, listTargetPlaces } from "../../backups/index.ts";
import type { Check } from "./check.ts";
import { judgeKit, judgeLastBackup, judgePlaces, judgeRehearsal, judgeScrub } from "./checks/backups.ts";
import { judgeClock, judgePostgres } from "./checks/database.ts";
import { judgeMail, judgeProxy, judgePublicUrl } from "./checks/network.ts";
import { judgeCertificate, judgeMemory, judgeNode, judgeSettings } from "./checks/server.ts";
import { judgeJobs, judgeMaintenance, servingChecks } from "./checks/serving.ts";
import * as queries from "./health.queries.ts";

export interface HealthDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: Pick<Config, "dataDir" | "publicUrl" | "smtpUrl" | "supabase" | "storage" | "tls">;
  /** Whether the database is the one that Holdfast runs itself. */
  readonly embedded: boolean;
  readonly unknownSettings: readonly string[];
  /** Absent: nothing runs that could be in it. */
  readonly maintenance?: Pick<Maintenance, "current">;
  readiness(): Promise<Readiness>;
  backupHealth(): Promise<BackupHealth>;
}

/** @param address by which the one who asks has reached the server; null where nobody did by the network */
export function installationChecks(deps: HealthDeps, address: string | null): Check[] {
  return [
    ...servingChecks(deps.readiness),
    ...databaseChecks(deps),
    ...backupChecks(deps),
    ...settingChecks(deps, address),
  ];
}

export function databaseChecks({ db, embedded, maintenance }: Omit<HealthDeps, "readiness">): Check[] {
  return [
    { id: "maintenance", area: "service", look: () => judgeMaintenance(maintenance?.current() ?? null) },
    {
      id: "postgresql",
      area: "database",
      look: async () => judgePostgres((await queries.findServer.first(db))?.version ?? 0, embedded),
    },
    {
      id: "clock",
      area: "database",
      async look() {
        const before = Date.now();
        const now = (await queries.findServer.first(db))?.now.getTime() ?? before;
        return judgeClock(now - (before + Date.now()) / 2);
      },
    },
    {
      id: "jobs",
      area: "service",
      look: async () => judgeJobs((await listJobs(db, { state: "failed", hidden: [], limit: 100 })).length),
    },
  ];
}

export function backupChecks({ db, clock, config, backupHealth }: Omit<HealthDeps, "readiness">): Check[] {
  let asked: Promise<BackupHealth> | null = null;
  const health = () => {
    asked ??= backupHealth();
    return asked;
  };
  return [
    {
      id: "last-backup",
      area: "backups",
      async look() {
        const state = await queries.findBackupState.first(db);
        return judgeLastBackup(state?.last ?? null, state?.scheduled ?? false, clock.now());
      },
    },
    {
      id: "rehearsal",
      area: "backups",
      async look() {
        const { lastInstanceBackup, rehearsalOverdue, lastRehearsal, lastProvenRestorable } = await health();
        const failure = lastRehearsal?.status === "failed" ? (lastRehearsal.error ?? "it does not say why.") : null;
        const hasBackup = lastInstanceBackup !== null;
        return judgeRehearsal(
          { hasBackup, overdue: rehearsalOverdue, failure, provenAt: lastProvenRestorable },
          clock.now(),
        );
      },
    },
    { id: "recovery-kit", area: "backups", look: async () => judgeKit((await health()).recoveryKitDownloadedAt) },
    { id: "damage", area: "backups", look: async () => judgeScrub((await health()).scrub) },
    {
      id: "backup-places",
      area: "backups",
      async look() {
        const { dataDir, storage } = config;
        const device = await deviceOf(storage.driver === "local" ? storage.folder : dataDir);
        const folders = await listTargetPlaces(db, dataDir);
        const isElsewhere = async (folder: string | null) =>
          folder === null || storage.driver !== "local" || (await deviceOf(folder)) !== device;
        return judgePlaces(
          await Promise.all(folders.map(async (folder) => ({ elsewhere: await isElsewhere(folder) }))),
        );
      },
    },
  ];
}

export function settingChecks({ db, clock, config, unknownSettings }: HealthDeps, address: string | null): Check[] {
  const host = config.publicUrl === null ? null : new URL(config.publicUrl).hostname;
  return [
    { id: "public-url", area: "network", look: () => judgePublicUrl(config.publicUrl, address) },
    {
      id: "trust-proxy",
      area: "network",
      look: async () => judgeProxy((await queries.findNotice.first(db, trustProxyKind))?.title ?? null),
    },
    { id: "mail", area: "network", look: () => judgeMail(config.smtpUrl, config.supabase !== null) },
    {
      id: "tls-certificate",
      area: "network",
      look: () => (config.tls ? judgeCertificate(readFileSync(config.tls.certFile, "utf8"), host, clock.now()) : null),
    },
    { id: "settings", area: "server", look: () => judgeSettings(unknownSettings) },
    { id: "node", area: "server", look: () => judgeNode(process.version) },
    { id: "memory", area: "server", look: () => judgeMemory({ ...machineMemory(), used: process.memoryUsage.rss() }) },
  ];
}

/** Of a folder that is not there yet: the device of what it will be made in. */
async function deviceOf(folder: string): Promise<number | null> {
  try {
    return (await stat(folder)).dev;
  } catch {
    const parent = dirname(folder);
    return parent === folder ? null : deviceOf(parent);
  }
}
