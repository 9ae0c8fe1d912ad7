import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "./failure.ts";
import { releaseIfFull } from "./reserve.ts";

/** The layout of the data folder. Raised when an older Holdfast could no longer use the folder. */
const LAYOUT = 1;
const SQLITE_BUSY = 5;

export interface DataFolder {
  /** Lets the next process have the folder. */
  release(): void;
}

/**
 * Takes the data folder for this process, making it where needed. What guards it is a lock of the operating system on
 * `holdfast.lock` (Node reaches one through SQLite), which a killed process cannot leave behind and which holds between
 * containers that share the folder. `holdfast.pid` tells people and programs who has it.
 * @throws StartError
 */
export function takeDataFolder(path: string): DataFolder {
  // Closed to others, except that PostgreSQL's own user must pass through it when root is the parent.
  makeFolder(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  const folder = realpathSync(path);
  const pidFile = join(folder, "holdfast.pid");
  const lock = new DatabaseSync(join(folder, "holdfast.lock"));
  try {
    lock.exec("pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    const pid = existsSync(pidFile) ? ` (process ${readFileSync(pidFile, "utf8").trim()})` : "";
    throw new StartError(
      `Holdfast is already running on ${folder}${pid}: stop it first, or set HOLDFAST_DATA to another folder.`,
    );
  }
  try {
    // What follows writes.
    releaseIfFull(folder);
    checkLayout(folder);
    mkdirSync(join(folder, "keys"), { recursive: true, mode: 0o700 });
    // Renamed into place: nobody ever reads it half written.
    writeFileSync(`${pidFile}.new`, `${process.pid}\n`);
    renameSync(`${pidFile}.new`, pidFile);
  } catch (error) {
    lock.close();
    throw error;
  }
  return {
    release() {
      // Another folder may be in its place by now.
      if (existsSync(pidFile) && readFileSync(pidFile, "utf8") === `${process.pid}\n`) rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

/** Not `recursive`: Node then tries for ever where a file system takes no folders (/proc). */
function makeFolder(path: string, mode: number): void {
  if (existsSync(path)) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path), 0o755);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      `The folder ${path} cannot be made (${code}): set HOLDFAST_DATA to one that Holdfast may use.`,
    );
  }
}

function checkLayout(folder: string): void {
  const path = join(folder, "holdfast.version");
  if (!existsSync(path)) {
    writeFileSync(path, `${LAYOUT}\n`, { flush: true });
    return;
  }
  const text = readFileSync(path, "utf8").trim();
  // An empty file is what a full disk leaves behind.
  if (text === "" || Number.parseInt(text, 10) <= LAYOUT) return;
  throw new StartError(
    `The data folder ${folder} was written by a newer Holdfast (layout ${text}, and this one knows up to ${LAYOUT}): start that version or a later one.`,
  );
}
