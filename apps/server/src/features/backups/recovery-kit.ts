import { RepositoryError } from "@holdfast/repository";
import { ProblemError } from "../../platform/http/problem.ts";
import { SecretMismatch } from "../../platform/shared-secrets.ts";
import type { BackupsDeps } from "./backups.deps.ts";
import { passwordFile } from "./targets/password.ts";
import { locationOf, type S3Settings, type TargetRow } from "./targets/target-row.ts";
import { listTargets } from "./targets/targets.queries.ts";
import { explainFailure } from "./work/explain-failure.ts";

/** What is not in the kit, and is put in by whoever uses it. */
export const secretKeyToFillIn = "<secret key of the bucket>";

/**
 * Everything that is needed to restore when the server is gone. Plain text, to be printed or kept in a safe. Its commands stand four blanks
 * in, and work as they are in any POSIX shell: a test runs them.
 */
export async function recoveryKit(deps: Pick<BackupsDeps, "db" | "targets" | "dataDir" | "clock">): Promise<string> {
  const all = await listTargets.all(deps.db);
  const targets = all.toSorted((a, b) => Number(b.is_default) - Number(a.is_default) || (a.name < b.name ? -1 : 1));
  const password = await deps.targets.password();
  const proofs = new Map(await Promise.all(all.map(async (row) => [row.id, await proveTarget(deps, row)] as const)));
  const places = targets.map((target) => ({ target, location: locationOf(target, deps.dataDir) }));
  const named = ({ name, is_default }: TargetRow) => `${name}${is_default ? " (default)" : ""}`;
  const section = (commands: (place: Place) => string[]) =>
    places
      .map((place) => [`  From ${named(place.target)}:`, ...commands(place).map((line) => `    ${line}`)].join("\n"))
      .join("\n");
  return `HOLDFAST RECOVERY KIT
Made ${deps.clock.now().toISOString()}

Keep this away from the server. Whoever has it and a copy of a backup can read everything in it;
without the password, nobody can read the backups, and nothing can bring it back.

PASSWORD OF THE BACKUPS
  ${password}
  (on the server: ${passwordFile(deps.dataDir)})

WHERE THE BACKUPS ARE
${places.map(({ target, location }) => `  ${named(target)}: ${location}\n    ${proofs.get(target.id)}`).join("\n")}
  A backup on the server's own disk does not survive that disk: keep a copy elsewhere.
  If a disk is connected in another place now, write that place into the commands below.
  The secret key of a bucket is not in here: keep it beside this kit, and put it in where it says
  ${secretKeyToFillIn}.

RESTORE WITH HOLDFAST
  1. Install Holdfast, this version or a later one, with an empty data folder. Do not make an account.
  2. Start it, open the set-up page that it prints, and choose "Restore from a backup". This file can be dropped there.
  Or without the page, before starting Holdfast, in its program folder:
    printf '%s\\n' ${quoted(password)} > password.txt
${section(holdfastCommands)}
  Accounts, passwords, files, versions and links are as they were.

RESTORE WITHOUT HOLDFAST
  The backups are restic repositories (https://restic.net, format version 2). With any restic from 0.14 on:
    export RESTIC_PASSWORD=${quoted(password)}
${section(resticCommands)}
  "--tag instance" chooses the newest backup of everything. Without it, restic takes the newest of all backups, which may be that of one account.
  Then restored/files/<email>/ holds the files as people saw them, restored/catalog/ every row of the database,
  one JSON object a line, and restored/segments/ what only former versions and the trash contained.
`;
}

const PATIENCE_MS = 20_000;

/**
 * Whether the password opens a target's repository, as a line of the kit. What cannot be asked now (a disk that is not connected) is no reason
 * to be without a kit; what says no is.
 * @throws target_unusable
 */
async function proveTarget({ targets }: Pick<BackupsDeps, "targets">, target: TargetRow): Promise<string> {
  const patience = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error("It did not answer in time.")), PATIENCE_MS).unref();
  });
  try {
    return (await Promise.race([opens(targets, target), patience]))
      ? "Proven: the password above opens it."
      : "There is no backup in it yet.";
  } catch (error) {
    if (error instanceof RepositoryError || error instanceof SecretMismatch) {
      throw new ProblemError("target_unusable", `No recovery kit can be given: ${error.message}`, { cause: error });
    }
    return `NOT PROVEN that the password opens it: ${explainFailure(error)}`;
  }
}

async function opens(targets: BackupsDeps["targets"], target: TargetRow): Promise<boolean> {
  const store = await targets.openStore(target);
  try {
    return (await targets.openRepository(target, store)) !== null;
  } catch (error) {
    if (!(error instanceof RepositoryError && error.code === "wrong_password")) throw error;
    throw new RepositoryError(
      "wrong_password",
      `The password of this installation does not open the target "${target.name}".`,
    );
  } finally {
    await store.close();
  }
}

interface Place {
  target: TargetRow;
  location: string;
}

function holdfastCommands({ target, location }: Place): string[] {
  const restore = `npm run holdfast -- restore --target ${quoted(location)} --password-file password.txt`;
  if (target.kind === "local") return [restore];
  const { accessKeyId, region } = target.settings as S3Settings;
  return [
    `printf '%s\\n' '${secretKeyToFillIn}' > secret-key.txt`,
    `${restore} --access-key-id ${quoted(accessKeyId)} --secret-access-key-file secret-key.txt --region ${quoted(region)}`,
  ];
}

function resticCommands({ target, location }: Place): string[] {
  const restic = ["restic", ...bucketOptions(target), "-r", quoted(location)].join(" ");
  return [
    ...bucketCredentials(target),
    `${restic} snapshots`,
    `${restic} restore latest --tag instance --target restored/`,
  ];
}

function bucketCredentials({ kind, settings }: TargetRow): string[] {
  if (kind === "local") return [];
  const { accessKeyId, region } = settings as S3Settings;
  return [
    `export AWS_ACCESS_KEY_ID=${quoted(accessKeyId)}`,
    `export AWS_SECRET_ACCESS_KEY='${secretKeyToFillIn}'`,
    `export AWS_DEFAULT_REGION=${quoted(region)}`,
  ];
}

/** Of servers other than Amazon's, restic expects the bucket in the path. */
function bucketOptions({ kind, settings }: TargetRow): string[] {
  if (kind === "local") return [];
  const { endpoint, pathStyle } = settings as S3Settings;
  return endpoint !== null && !pathStyle ? ["-o", "s3.bucket-lookup=dns"] : [];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
