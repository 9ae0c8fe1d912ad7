import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { chown, lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode, PostgresError } from "./errors.ts";

/**
 * Whom PostgreSQL runs as. PostgreSQL refuses to run as root, so a root parent runs it as somebody else: the owner of an
 * existing data folder, else `postgres`, else `nobody`. Anybody else runs it as themselves (`null`).
 */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export function chooseAccount(dataDir: string): Account | null {
  if (process.getuid?.() !== 0) {
    refuseForeignFolder(dataDir);
    return null;
  }
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  const account = lookUp("postgres") ?? lookUp("nobody");
  if (account) return account;
  throw new PostgresError(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as: start Holdfast as an ordinary user.',
  );
}

function refuseForeignFolder(dataDir: string): void {
  const uid = process.getuid?.();
  if (uid === undefined || !existsSync(dataDir)) return;
  const owner = statSync(dataDir).uid;
  if (owner === uid) return;
  throw new PostgresError(
    `The database folder ${dataDir} belongs to user ${owner}, but Holdfast runs as user ${uid}: start it as that user, or hand the folder over with "chown -R ${uid} ${dataDir}".`,
  );
}

function lookUp(name: string): Account | null {
  try {
    const id = (flag: string) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
    const uid = id("-u");
    return uid > 0 ? { uid, gid: id("-g") } : null;
  } catch {
    return null;
  }
}

/** Hands `folder` and all in it to the account; costs one look when the top belongs to it already. */
export async function handOver(folder: string, account: Account | null): Promise<void> {
  if (!account) return;
  const owned = async (path: string) => (await lstat(path)).uid === account.uid;
  const version = join(folder, "PG_VERSION");
  if ((await owned(folder)) && (!existsSync(version) || (await owned(version)))) return;
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) await visit(child);
      else if (!entry.isSymbolicLink()) await chown(child, account.uid, account.gid);
    }
    await chown(path, account.uid, account.gid);
  };
  await visit(folder);
}

/** How to start a program as the account: the command with its arguments, and the options for `spawn`. */
export interface Launch {
  readonly command: string;
  readonly args: string[];
  readonly options: { uid?: number; gid?: number };
}

/**
 * A root parent often lives in a folder that is closed to everybody else (`/root`). Then PostgreSQL is started with one
 * capability, to look into folders and read files, which it needs to reach its own program and data.
 */
export function launch(program: string, args: string[], account: Account | null, paths: readonly string[]): Launch {
  if (!account) return { command: program, args, options: {} };
  const closed = paths.map((path) => closedFolder(path, account)).find((folder) => folder !== null);
  if (!closed) return { command: program, args, options: account };
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find(isExecutable);
  if (!setpriv) {
    throw new PostgresError(
      `PostgreSQL does not run as root, and user ${account.uid} may not enter ${closed}: put Holdfast and its data somewhere that user can reach (for example /opt/holdfast), or open the folder with "chmod o+x ${closed}".`,
    );
  }
  // PostgreSQL asks access(2), which counts capabilities of an ordinary user only with this bit.
  const caps = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"];
  const as = [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  return { command: setpriv, args: [...as, ...caps, "--", program, ...args], options: {} };
}

/** The first folder above `path` that the account may not pass through, or null. */
function closedFolder(path: string, account: Account): string | null {
  const parents: string[] = [];
  for (let at = dirname(path); ; at = dirname(at)) {
    parents.unshift(at);
    if (at === dirname(at)) break;
  }
  for (const folder of parents) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if (!(mode & bit)) return folder;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (errorCode(error)) return false;
    throw error;
  }
}
