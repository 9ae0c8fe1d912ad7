import { createHash } from "node:crypto";
import type { Tx } from "../../database/database.ts";
import { type Log, readDay, type SealedDay } from "./seal.queries.ts";

/** What comes before the first day. */
export const noHead = Buffer.alloc(32);
/** Bytes of a row's print: so many of its id, and so many of its hash. */
export const printBytes = 16;

export interface ReadDay {
  rows: number;
  hash: Buffer;
  prints: Buffer;
}

/** Reads the rows of a day, in the order of their ids. */
export async function hashDay(tx: Tx, log: Log, day: string): Promise<ReadDay> {
  const all = createHash("sha256");
  const prints: Buffer[] = [];
  const onRow = ({ id, hash }: { id: string; hash: Buffer }): void => {
    const bytes = Buffer.from(id.replaceAll("-", ""), "hex");
    all.update(bytes).update(hash);
    prints.push(Buffer.concat([bytes.subarray(0, 8), hash.subarray(0, 8)]));
  };
  await readDay.of(log).each(tx, onRow, day);
  return { rows: prints.length, hash: all.digest(), prints: Buffer.concat(prints) };
}

/** The head of the chain that ends in this day. */
export function headOf(
  before: Buffer,
  log: Log,
  { day, rows, hash }: Pick<SealedDay, "day" | "rows" | "hash">,
): Buffer {
  return createHash("sha256").update(before).update(`holdfast-log-1\n${log}\n${day}\n${rows}\n`).update(hash).digest();
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
