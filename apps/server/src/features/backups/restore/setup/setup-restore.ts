import type { BodyOf, SetupRestore, SetupSnapshot, setupRestore, setupRestoreSnapshots } from "@holdfast/contract";
import type { Repository, Snapshot } from "@holdfast/repository";
import type { Logger } from "pino";
import { ProblemError } from "../../../../platform/http/problem.ts";
import { type Auth, equalSecrets, wrongSetupToken } from "../../../auth/index.ts";
import type { BackupsDeps } from "../../backups.deps.ts";
import { asProblem } from "../../browse/access-backup.ts";
import { withPlace } from "../../targets/open-place.ts";
import { explainFailure } from "../../work/explain-failure.ts";
import { occupantsQuery, occupied, refuseNewer } from "../instance/prepare-schema.ts";
import { checkRoom, instanceSnapshots, restoreHere } from "../instance/restore-here.ts";
import { readManifest } from "../instance/restore-instance.ts";
import { RestoreRefused } from "../instance/restore-refused.ts";
import { type SetupRestoring, underWay } from "./restoring.ts";

export interface SetupRestoreDeps
  extends Pick<BackupsDeps, "db" | "store" | "databaseUrl" | "schema" | "signIn" | "dataDir"> {
  setup: Pick<Auth["setup"], "isOpen" | "verify">;
  log: Logger;
  /** Null where this process cannot make room for a restore: only the command line does it there. */
  restoring: SetupRestoring | null;
}

interface SetupRestoreService {
  state(): Promise<"offered" | "running" | "done" | null>;
  snapshots(wanted: BodyOf<typeof setupRestoreSnapshots>, ip: string): Promise<SetupSnapshot[]>;
  start(wanted: BodyOf<typeof setupRestore>, ip: string): Promise<SetupRestore>;
  progress(token: string, ip: string): Promise<SetupRestore>;
}

/** Snapshots whose manifest is read for the list: older ones are told apart by their time. */
const DESCRIBED = 12;
/** Wrong tokens that are answered as such while a restore runs, when nothing can be counted in the database. */
const FREE_TRIES = 10;

/** Every way in asks for the token first, and is shut for good once there is an account. */
export function createSetupRestore(deps: SetupRestoreDeps): SetupRestoreService {
  const { setup, restoring } = deps;
  let wrongTries = 0;

  /** @throws setup_done, setup_token_invalid, rate_limited, conflict, busy */
  async function admit(token: string, ip: string): Promise<SetupRestoring> {
    await setup.verify(token, { ip });
    if (restoring === null) {
      throw new ProblemError(
        "conflict",
        "This installation cannot be restored on this page. Use the command line: npm run holdfast -- restore",
      );
    }
    if (restoring.isRunning) throw underWay();
    const { rows } = await deps.db.query<{ people: number }>(occupantsQuery(deps.signIn));
    const row = rows[0];
    if (row && row.people > 0) throw new ProblemError("conflict", `${occupied(row.people)}.`);
    return restoring;
  }

  return {
    async state() {
      if (restoring?.isRunning) return "running";
      if (!(await setup.isOpen())) return "done";
      return restoring === null ? null : "offered";
    },

    async snapshots({ token, ...place }, ip) {
      await admit(token, ip);
      return withPlace(place, async (repository) => {
        const found = await instanceSnapshots(repository);
        return Promise.all(found.map((snapshot, i) => describe(repository, snapshot, i < DESCRIBED)));
      }).catch((error: unknown) => {
        throw asProblem(error);
      });
    },

    async start({ token, snapshotId, ...place }, ip) {
      const ours = await admit(token, ip);
      const { databaseUrl, store, dataDir, signIn, log } = deps;
      const schema = deps.schema();
      // What can be refused is refused at once; the work opens the place for itself.
      const wanted = await withPlace(place, async (repository) => {
        const snapshot = await find(repository, snapshotId);
        refuseNewer(await readManifest(repository, snapshot.tree), schema);
        await checkRoom({ repository, snapshot, store });
        return snapshot;
      }).catch((error: unknown) => {
        throw error instanceof RestoreRefused
          ? new ProblemError(error.code === "no_room" ? "disk_full" : "conflict", error.message)
          : asProblem(error);
      });
      ours.begin({ token, snapshotTime: wanted.time, explain: explainFailure }, (tell, signal) =>
        withPlace(place, async (repository) => {
          const { leftOut } = await restoreHere({
            ...{ repository, databaseUrl, schema, signIn, store, dataDir, signal, password: place.password },
            snapshot: await find(repository, snapshotId),
            onProgress: (piecesDone, bytesDone, { segments }) =>
              tell({ piecesDone, bytesDone, piecesTotal: segments.count, bytesTotal: segments.bytes }),
          });
          if (leftOut.length > 0) log.warn({ leftOut }, "rows of schema auth that have no place here were left out");
        }),
      );
      return ours.progress();
    },

    async progress(token, ip) {
      if (!restoring?.isRunning || restoring.token === null) {
        wrongTries = 0;
        await setup.verify(token, { ip });
      } else if (!equalSecrets(token.trim(), restoring.token)) {
        if (++wrongTries <= FREE_TRIES) throw wrongSetupToken();
        throw new ProblemError("rate_limited", "Too many wrong tokens. Wait a minute.", {
          headers: { "retry-after": "60" },
        });
      }
      const none: SetupRestore = {
        ...{ status: "idle", snapshotTime: null, error: null },
        ...{ piecesDone: 0, piecesTotal: 0, bytesDone: 0, bytesTotal: 0 },
      };
      return restoring?.progress() ?? none;
    },
  };
}

async function find(repository: Repository, id: string): Promise<Snapshot> {
  const found = (await instanceSnapshots(repository)).find((snapshot) => snapshot.id === id);
  if (!found) throw new ProblemError("not_found", "This backup is not there any more. Look for backups again.");
  return found;
}

async function describe(repository: Repository, snapshot: Snapshot, read: boolean): Promise<SetupSnapshot> {
  const { id, time, summary } = snapshot;
  const told = { id, time: time.toISOString() };
  const unknown = {
    ...{ ...told, files: null, bytes: summary?.total_bytes_processed ?? null },
    ...{ accounts: null, version: null, problem: null },
  };
  if (!read) return unknown;
  try {
    const { files, segments, tables, version } = await readManifest(repository, snapshot.tree);
    const people = tables.find(({ schema, name }) => schema === "holdfast" && name === "users");
    const facts = { files: files?.count ?? null, bytes: segments.bytes, accounts: people?.rows ?? null };
    return { ...told, ...facts, version, problem: null };
  } catch (error) {
    return { ...unknown, problem: explainFailure(error) };
  }
}
