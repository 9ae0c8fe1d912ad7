import { execute } from "../../platform/database/database.ts";
import type { BackupsDeps } from "./backups.deps.ts";
import { locationOf, type TargetRow } from "./targets/open-target.ts";
import { passwordFile } from "./targets/password.ts";

/** Everything that is needed to restore when the server is gone. Plain text, to be printed or kept in a safe. */
export async function recoveryKit(deps: Pick<BackupsDeps, "db" | "targets" | "dataDir" | "clock">): Promise<string> {
  const targets = await execute<TargetRow>(
    deps.db,
    "select id, name, kind, settings, is_default from holdfast.backup_targets order by is_default desc, name",
  );
  const places = targets.map((target) => ({ ...target, location: locationOf(target, deps.dataDir) }));
  const first = places[0]?.location ?? "<target>";
  return `HOLDFAST RECOVERY KIT
Made ${deps.clock.now().toISOString()}

Keep this away from the server. Whoever has it and a copy of a backup can read everything in it;
without the password, nobody can read the backups, and nothing can bring it back.

PASSWORD OF THE BACKUPS
  ${await deps.targets.password()}
  (on the server: ${passwordFile(deps.dataDir)})

WHERE THE BACKUPS ARE
${places.map(({ name, location, is_default }) => `  ${name}${is_default ? " (default)" : ""}: ${location}`).join("\n")}
  A backup on the server's own disk does not survive that disk: keep a copy elsewhere.
  The credentials of an S3 bucket are not in here; keep them beside it.

RESTORE WITH HOLDFAST
  1. Install Holdfast, this version or a later one, with an empty data folder. Do not make an account.
  2. Start it, open the set-up page that it prints, and choose "Restore from a backup". This file can be dropped there.
  Or without the page: put the password into a file, for example password.txt, and before starting Holdfast:
     npm run holdfast -- restore --target ${first} --password-file password.txt
  Accounts, passwords, files, versions and links are as they were.

RESTORE WITHOUT HOLDFAST
  The backups are restic repositories (https://restic.net, format version 2). With any restic from 0.14 on:
    export RESTIC_PASSWORD='<the password above>'
    restic -r ${first} snapshots
    restic -r ${first} restore latest --target restored/
  Then restored/files/<e-mail>/ holds the files as people saw them, restored/catalog/ every row of the database,
  one JSON object a line, and restored/segments/ what only former versions and the trash contained.
`;
}
