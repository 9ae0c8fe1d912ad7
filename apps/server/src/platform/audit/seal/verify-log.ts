import type { Database } from "../../database/database.ts";
import { dayAfter, hashDay, headOf, noHead, printBytes, type ReadDay } from "./chain.ts";
import { findRemovedEarly, findStray, type Log, listSealed, readPrints, type SealedDay } from "./seal.queries.ts";
import { logs } from "./seal-days.ts";

/** Something that is not as it was sealed. */
export interface Finding {
  log: Log;
  day: string;
  kind: "changed" | "missing" | "added" | "seal" | "gap" | "unsealed" | "removed" | "backup";
  /** The row, where one can be named: of one that is missing the beginning of its id, which says when it was written. */
  row: string | null;
}

export interface Verified {
  /** Days that were read, of both logs, and their rows. */
  days: number;
  rows: number;
  /** Days whose entries retention removed, and those that a restored backup did not hold. */
  removedDays: number;
  notRestored: number;
  /** Heads that were found in the backup. */
  compared: number;
  findings: Finding[];
}

export interface VerifyOptions {
  /** Months for which each log is kept; 0: for ever. */
  months: Record<Log, number>;
  /** Heads of a backup, by `<log> <day>`; null: there is none to compare with. */
  backedUp: ReadonlyMap<string, string> | null;
}

/** Reads every sealed day again, and compares it with its seal, the seals with each other, and them with those of a backup. */
export async function verifyLog(db: Database, options: VerifyOptions): Promise<Verified> {
  const verified: Verified = { days: 0, rows: 0, removedDays: 0, notRestored: 0, compared: 0, findings: [] };
  for (const log of logs) await verifyOne(db, log, options, verified);
  return verified;
}

async function verifyOne(db: Database, log: Log, { months, backedUp }: VerifyOptions, verified: Verified) {
  const sealed = await listSealed.all(db, log);
  const find = (day: string, kind: Finding["kind"], row: string | null = null) =>
    verified.findings.push({ log, day, kind, row });
  let before: SealedDay | null = null;
  for (const seal of sealed) {
    const { day } = seal;
    if (before !== null && day !== dayAfter(before.day)) find(dayAfter(before.day), "gap");
    if (!headOf(before?.head ?? noHead, log, seal).equals(seal.head)) find(day, "seal");
    before = seal;
    if (seal.removed_at !== null) {
      if (seal.removed_by === "restore") verified.notRestored += 1;
      else verified.removedDays += 1;
      continue;
    }
    const read = await db.transaction((tx) => hashDay(tx, log, day));
    verified.days += 1;
    verified.rows += read.rows;
    if (read.rows === seal.rows && read.hash.equals(seal.hash)) continue;
    const prints = Buffer.concat((await readPrints.all(db, log, day)).map((block) => block.prints));
    const { kind, row } = firstDifference(prints, read);
    find(day, kind, row);
  }
  const kept = sealed.find(({ removed_at: removedAt }) => removedAt === null) ?? null;
  const from = kept?.day ?? (before === null ? null : dayAfter(before.day));
  const stray = from === null ? undefined : await findStray.first(db, log, from);
  if (stray) find(stray.day, "unsealed", stray.id);
  const early = months[log] === 0 ? undefined : await findRemovedEarly.first(db, log, months[log]);
  if (early) find(early.day, "removed");
  compareHeads(log, sealed, backedUp, verified, find);
}

function compareHeads(
  log: Log,
  sealed: readonly SealedDay[],
  backedUp: VerifyOptions["backedUp"],
  verified: Verified,
  find: (day: string, kind: Finding["kind"]) => void,
): void {
  if (backedUp === null) return;
  const here = new Map(sealed.map(({ day, head }) => [`${log} ${day}`, head.toString("hex")]));
  for (const [key, head] of backedUp) {
    if (!key.startsWith(`${log} `)) continue;
    verified.compared += 1;
    if (here.get(key) !== head) find(key.slice(log.length + 1), "backup");
  }
}

/** The first row at which the prints of the seal and of what was read part. */
function firstDifference(sealed: Buffer, { prints }: ReadDay): { kind: Finding["kind"]; row: string | null } {
  const print = (of: Buffer, n: number) => of.subarray(n * printBytes, (n + 1) * printBytes);
  const [had, has] = [sealed.length / printBytes, prints.length / printBytes];
  let n = 0;
  while (n < had && n < has && print(sealed, n).equals(print(prints, n))) n++;
  // The prints are not those of the seal either.
  if (n === had && n === has) return { kind: "changed", row: null };
  const [was, is] = [idOf(print(sealed, n)), idOf(print(prints, n))];
  if (was === is) return { kind: "changed", row: is };
  if (is === null || (was !== null && was < is)) return { kind: "missing", row: was };
  return { kind: "added", row: is };
}

/** The beginning of an id: its time, and twelve bits more. */
function idOf(print: Buffer): string | null {
  if (print.length === 0) return null;
  const hex = print.toString("hex", 0, 8);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12)}`;
}
