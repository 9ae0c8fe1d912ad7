import { randomBytes } from "node:crypto";
import { type DirectorySetting, directorySettingSchema } from "@holdfast/contract";
import { createPasswordHasher, createSmtpMailer } from "@holdfast/identity";
import type { ObjectStore } from "@holdfast/storage";
import type pg from "pg";
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import { watchTransfers } from "./features/access/index.ts";
import { type ActivityDeps, activityJobs } from "./features/activity/index.ts";
import {
  type AdminService,
  adminJobs,
  createAdminService,
  createInvitationsService,
  type InvitationsService,
} from "./features/admin/index.ts";
import { type Auth, authJobs, createAuth, createSiteUrl, smtpOptions } from "./features/auth/index.ts";
import {
  type BackupsDeps,
  backupsJobs,
  comparePassword,
  createBackups,
  healSegment,
  localTargetsAway,
  type SetupRestoring,
} from "./features/backups/index.ts";
import {
  contentJobs,
  createFindContent,
  createRelease,
  createSegmentReader,
  createTouch,
  createVerifiedNotes,
  hasSegments,
} from "./features/content/index.ts";
import {
  createArchiveShares,
  createFolder,
  filesJobs,
  takeFileFromTrash,
  takeFolderFromTrash,
} from "./features/files/index.ts";
import { type AlertsDeps, alertsJobs, createAlerts, overviewJobs, storageJobs } from "./features/operate/index.ts";
import { type PeopleDeps, peopleJobs, teamsJobs } from "./features/people/index.ts";
import { createSharing, type SharingDeps, sharingJobs } from "./features/sharing/index.ts";
import {
  bodyOf,
  createInsertFile,
  createUploadMemory,
  putContent,
  receiveFile,
  type UploadsDeps,
  uploadsJobs,
} from "./features/uploads/index.ts";
import { type AccessLog, createAccessLog } from "./platform/audit/access-log.ts";
import { sealJobs } from "./platform/audit/seal/seal-days.ts";
import type { Clock } from "./platform/clock.ts";
import { type DataFolder, watchDataFolder } from "./platform/data-folder.ts";
import { createDatabase, type Database } from "./platform/database/database.ts";
import { createListener, type Listener } from "./platform/database/listen.ts";
import { createPool } from "./platform/database/pool.ts";
import { createEvents, type Events } from "./platform/events/events.ts";
import { housekeepingJobs } from "./platform/housekeeping.jobs.ts";
import { createLongQuestions } from "./platform/http/clients/long-questions.ts";
import { type AnswerKey, answerKeyOf } from "./platform/http/idempotency/kept-answers.ts";
import { workerSilence } from "./platform/jobs/heartbeat.ts";
import type { JobHandler } from "./platform/jobs/job.ts";
import { createJobs, type JobQueue } from "./platform/jobs/jobs.ts";
import { addSink } from "./platform/logging/attach.ts";
import { followLogLevel, type Level, type LiveLevel } from "./platform/logging/live-level.ts";
import { openLogTable } from "./platform/logging/log-table.ts";
import { type Maintenance, watchMaintenance } from "./platform/maintenance/maintenance.ts";
import type { CollectedMetrics } from "./platform/metrics/exposition.ts";
import { createMetrics, type Metrics } from "./platform/metrics/metrics.ts";
import { ping } from "./platform/monitoring/readiness.queries.ts";
import { createReadiness, type Readiness } from "./platform/monitoring/readiness.ts";
import { type LiveSetting, liveSetting } from "./platform/settings/live-setting.ts";
import { sharedSecret } from "./platform/shared-secrets.ts";
import { explainStore } from "./platform/storage/explain-store.ts";
import { measureStore } from "./platform/storage/measured-store.ts";
import { openStore, roomOptions } from "./platform/storage/open-store.ts";
import { createRoom, type Room } from "./platform/storage/room.ts";
import { createSample } from "./platform/traffic/sample-process.ts";
import { createTraffic, type Traffic } from "./platform/traffic/traffic.ts";
import { knownSchema } from "./process/database.ts";
import { version } from "./version.ts";

export interface Resources {
  readonly pool: pg.Pool;
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** Of a process that watches over it already. */
  readonly folder?: DataFolder;
  /** Of a process that can make room for a restore of everything from its set-up page. */
  readonly restoring?: SetupRestoring | null;
  /** Asks the worker that this process watches over for its metrics. */
  readonly workerMetrics?: (() => Promise<CollectedMetrics>) | undefined;
}

/** Everything a process works with, built once. */
export interface Services extends Resources {
  readonly config: Config;
  readonly db: Database;
  /** Commits without waiting for the disk: for the few statements whose loss in a crash of PostgreSQL costs nothing. */
  readonly relaxed: Database;
  /** What is read, who signs in and what is refused, for administrators. */
  readonly accessLog: AccessLog;
  readonly folder: DataFolder;
  readonly store: ObjectStore;
  readonly room: Room;
  readonly listener: Listener;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly jobs: JobQueue;
  /** Whether files, links and accounts can be changed, on every node. */
  readonly maintenance: Maintenance;
  readonly logLevel: LiveLevel;
  /** Who finds whom; null: as if it were visible. */
  readonly directory: LiveSetting<DirectorySetting>;
  /** Every job of this installation with its code. */
  readonly handlers: readonly JobHandler[];
  readonly auth: Auth;
  readonly files: UploadsDeps;
  readonly sharing: SharingDeps;
  readonly people: PeopleDeps;
  readonly activity: ActivityDeps;
  readonly backups: BackupsDeps;
  readonly admin: AdminService;
  readonly invitations: InvitationsService;
  readonly alerts: AlertsDeps;
  /** Counts what this process does, for the statistics. */
  readonly traffic: Traffic;
  /** Whether requests can be served, and why not. */
  readonly readiness: () => Promise<Readiness>;
  /** For the answers that are kept with an Idempotency-Key. */
  readonly answerKey: AnswerKey;
  /** The one-time token of the set-up page, or null once there is an admin. */
  setupToken(): Promise<string | null>;
  close(): Promise<void>;
}

/** Days that something stays in the trash. */
export const trashDays = 30;
/** A folder with more in it is copied by a job: this much is written in a fraction of a second, for which others wait who save something. */
const copiedAtOnce = 500;
/** How long a segment that nobody refers to is kept: longer than any backup or upload is under way without touching it. */
const segmentGraceSeconds = 48 * 3600;

export async function createServices(config: Config, resources: Resources): Promise<Services> {
  const { pool, databaseUrl, log, clock } = resources;
  const metrics = createMetrics(config.role === "worker" ? "worker" : "api", version());
  metrics.watchPool("main", pool);
  const db = createDatabase(pool);
  const folder = resources.folder ?? (await watchDataFolder(config.dataDir, log));
  const opened = await openStore(config, async () => {
    return (await hasSegments.first(db))?.found ?? false;
  });
  const room = createRoom(roomOptions(config, log));
  const store = room.guard(measureStore(opened, metrics.storeObserver(config.storage.driver)));
  const listener = await createListener(databaseUrl, (error) =>
    log.warn({ err: error }, "the connection that listens broke"),
  );
  const events = await createEvents({ db, listener, log });
  const maintenance = await watchMaintenance({ db, listener, log });
  maintenance.onChange(() => events.tellHere({ type: "maintenance.changed" }));
  const relaxed = createRelaxedDatabase(resources, metrics);
  const accessLog = createAccessLog({ relaxed, clock, log });
  const logLevel = await followLogLevel({ db, listener, log }, log, log.level as Level);
  const logTable = openLogTable({ db: relaxed, part: String(log.bindings().part ?? "other") });
  const withoutTable = addSink(log, logTable);

  const statisticsFolder = config.storage.driver === "local" ? config.storage.folder : config.dataDir;
  const sampler = () => createSample(pool, statisticsFolder);
  const traffic = createTraffic({ relaxed, clock, log, sampler });

  const notes = createVerifiedNotes(relaxed, log);
  const segments = createSegmentReader({
    ...{ store, notes },
    verifyEvery: config.verifyReads === null ? null : config.verifyReads * 1000,
    heal: (sha256) => healSegment(backups, sha256),
  });
  const jobs = await createJobs({ db, log });
  const longQuestions = createLongQuestions();
  const transfers = await watchTransfers({ db, listener, log });
  const files: UploadsDeps = {
    ...{ db, store, segments, events, jobs, clock, log, trashDays, segmentGraceSeconds, room, accessLog },
    findContent: createFindContent(db),
    longQuestions,
    transfers,
    archives: createArchiveShares(longQuestions),
    keepVersions: config.limits.keepVersions,
    touch: createTouch(relaxed),
    release: createRelease({ db, store, log }),
    insertFile: createInsertFile(db, { maxEntries: config.limits.maxEntriesPerSpace, log }),
    maxEntries: config.limits.maxEntriesPerSpace,
    maxFolders: config.limits.maxFoldersPerSpace,
    copiedAtOnce,
    memory: createUploadMemory(config.limits.uploadMemory, config.storage.driver === "s3"),
    maxFileSize: config.limits.maxFileSize,
  };
  const directory = await liveSetting({ db, listener, log }, "directory", directorySettingSchema);
  const people = { db, events, clock, room, directory: () => directory.current() ?? "visible" };
  const linkKey = await installationKey(config.dataDir, db);
  const restoring = (actorId: string) => ({ actorId, ip: null, requestId: null });
  const backups = createBackups({
    ...{ db, store, events, jobs, clock, log, databaseUrl, room, accessLog },
    dataDir: config.dataDir,
    backupQuota: config.limits.backupQuota,
    linkKey,
    objects: config.storage.driver === "local" ? config.storage.folder : null,
    version: version(),
    schema: knownSchema,
    signIn: config.supabase ? "supabase" : "embedded",
    receiveFile: () => receiveFile(files),
    makeFolder: ({ userId, ...folder }) => createFolder(files, restoring(userId), { userId, ...folder }),
    takeFileFromTrash: (file) => takeFileFromTrash(files, restoring(file.userId), file),
    takeFolderFromTrash: (folder) => takeFolderFromTrash(files, restoring(folder.userId), folder),
  });
  const mailer = config.smtpUrl ? createSmtpMailer(smtpOptions({ ...config, smtpUrl: config.smtpUrl })) : null;
  const site = createSiteUrl(db, config);
  const activity = { db, events, jobs, log, longQuestions, mailer, site, linkKey: Buffer.from(linkKey, "hex") };
  const handlers = [
    ...contentJobs(files),
    ...filesJobs(files, relaxed),
    ...uploadsJobs(files),
    ...sharingJobs({ db }),
    ...peopleJobs({ db }),
    ...teamsJobs({ db }),
    ...activityJobs(activity),
    ...backupsJobs(backups),
    ...authJobs({ pool, db, clock, embedded: config.supabase ? null : config.auth }),
    ...adminJobs({ db }, files),
    ...housekeepingJobs({ db, ...config.limits, logDays: config.logs.days }),
    ...alertsJobs({ db }),
    ...sealJobs({ db }),
    ...overviewJobs({ relaxed }),
    ...storageJobs({ db, folder: config.storage.driver === "local" ? config.storage.folder : null }),
  ];
  await jobs.register(handlers.map(({ definition }) => definition));
  // Accounts and links are hashed under one bound: on a small machine two would take twice the memory and threads.
  const passwords = createPasswordHasher();
  const auth = await createAuth({
    ...{ config, pool, db, relaxed, clock, log, events, passwords, accessLog },
    subscribe: listener.subscribe,
    onSignIn(method, outcome) {
      metrics.signIn(method, outcome);
      traffic.count(`signIn.${outcome}`);
    },
  });
  const sharing = createSharing({
    ...{ db, segments, events, clock, log, passwords, archives: files.archives, accessLog },
    throttle: auth.throttle,
    linkKey: Buffer.from(linkKey, "hex"),
    publicUrl: config.publicUrl,
    cdn: config.cdnUrl !== null,
    onAccess: metrics.linkAccess,
    uploadDefaults: config.limits.links,
    async storeFile({ userId, folderId, name, request, origin, ...limits }) {
      const wanted = { userId, parentId: folderId, name, onConflict: "rename" as const, lastModified: null };
      const { file } = await putContent(files, origin, wanted, bodyOf(request.raw), limits);
      return { name: file.name, fileSize: file.fileSize };
    },
  });
  const admin = createAdminService({ db, clock, events, jobs, auth });
  const tryStore = () =>
    store.probe().catch((error: unknown) => {
      throw new Error(explainStore(error), { cause: error });
    });
  const readiness = createReadiness({
    database: () => ping.first(db),
    storage: tryStore,
    workerSilence: () => workerSilence(db),
    auth: auth.probe,
    folder,
    room: () => room.state(),
  });

  const alerts = createAlerts({
    ...{ db, relaxed, databaseUrl, clock, events, log, room, linkKey, tryStore },
    ...{ dataDir: config.dataDir, port: config.port, interval: config.alertInterval },
    certFile: config.tls?.certFile ?? null,
    ...{ mailer, site },
    signIn: auth.probe,
    targetsAway: () => localTargetsAway(db, config.dataDir),
    repeatedJobs: handlers.flatMap(({ definition }) => (definition.cron ? [definition.name] : [])),
  });

  return {
    ...resources,
    ...{
      config,
      db,
      relaxed,
      folder,
      store,
      room,
      listener,
      events,
      jobs,
      handlers,
      auth,
      files,
      sharing,
      backups,
      people,
    },
    ...{ admin, directory, readiness, accessLog, maintenance, logLevel, metrics, alerts, traffic },
    activity,
    invitations: createInvitationsService({ db, clock, auth, deleteUser: admin.deleteUser }),
    answerKey: answerKeyOf(Buffer.from(linkKey, "hex")),
    setupToken: async () => auth.setup.token(),
    async close() {
      await sharing.close();
      await backups.close();
      await auth.close();
      await jobs.close();
      maintenance.close();
      await events.close();
      await listener.close();
      await notes.close();
      await accessLog.close();
      logLevel.close();
      directory.close();
      transfers.close();
      withoutTable();
      await logTable.close();
      await relaxed.end();
      await db.end();
      await store.close();
      metrics.close();
      if (!resources.folder) folder.close();
    },
  };
}

/**
 * The key of links and of fingerprints. A node whose secrets are not those of the other nodes serves nothing: its links would open nowhere
 * else, and its recovery kit no backup. @throws SecretMismatch
 */
async function installationKey(dataDir: string, db: Database): Promise<string> {
  const linkKey = await sharedSecret(db, dataDir, "link-key", { make: () => randomBytes(32).toString("hex") });
  await comparePassword(db, dataDir, linkKey);
  return linkKey;
}

/** For the few statements whose loss in a crash of PostgreSQL costs nothing (see `createTouch`). */
function createRelaxedDatabase({ databaseUrl, log }: Resources, metrics: Metrics): Database {
  const pool = createPool(databaseUrl, {
    max: 2,
    name: "holdfast touch",
    onError: (error) => log.warn({ err: error }, "a connection to the database broke"),
    prepare: async (client) => {
      await client.query("set synchronous_commit = off");
    },
  });
  metrics.watchPool("relaxed", pool);
  return createDatabase(pool);
}
