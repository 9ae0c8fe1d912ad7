import type pg from "pg";
import { searchFiles } from "../../apps/server/src/features/files/search/search-files.ts";
import { createDatabase } from "../../apps/server/src/platform/database/database.ts";
import { one, withFiles } from "./search/fill-files.ts";

/**
 * Search as the server does it, in a real PostgreSQL, beside a bare trigram query (`like` by pg_trgm, no order, one page) in the same run.
 * HOLDFAST_BENCH_FILES: how many files there are in all; HOLDFAST_BENCH_OWN: how many of them are
 * one person's, whose files are searched; a tenth unless it is set.
 */
export async function run(): Promise<void> {
  const total = Number(process.env.HOLDFAST_BENCH_FILES ?? 200_000);
  await withFiles(total, Number(process.env.HOLDFAST_BENCH_OWN ?? total / 10), measure);
}

/** What is typed, and the rarest word of it for the bare query. */
const shapes: [shape: string, q: string, bare: string][] = [
  ["one letter", "a", "a"],
  ["two letters", "im", "im"],
  ["in every second name", "img", "img"],
  ["in every name, never first", "jpg", "jpg"],
  ["a rare word", "zanzibar", "zanzibar"],
  ["a rare word's end", "nzibar", "nzibar"],
  ["a number", "0421337", "0421337"],
  ["begins with a number", "client 00", "client 00"],
  ["common and rare", "img zanzibar", "zanzibar"],
  ["two common", "img 2024", "2024"],
  ["a folder's name and a common one", "lofoten img", "img"],
  ["a folder of half of all", "everything img", "img"],
  ["a folder's name alone", "everything", "everything"],
  ["nothing", "xyzzyx", "xyzzyx"],
  ["nothing, of common pieces", "holimg", "holimg"],
];

async function measure(pool: pg.Pool): Promise<void> {
  const deps = { db: createDatabase(pool) };
  console.log(
    `${"".padEnd(34)}${"Holdfast: median".padStart(17)}${"p99".padStart(9)}${"bare: median".padStart(14)}${"p99".padStart(9)}${"ratio".padStart(8)}  ms, first page of 50`,
  );
  const medians: number[] = [];
  for (const [shape, q, bare] of shapes) {
    const ours: number[] = [];
    const theirs: number[] = [];
    let found = 0;
    for (let round = 0; round < 40; round++) {
      ours.push(await timed(async () => void (found = (await searchFiles(deps, one, { q, limit: 50 })).items.length)));
      theirs.push(
        await timed(() =>
          pool.query("select file_id from holdfast.file_words where space_id = $1 and words like $2 limit 51", [
            one,
            `%${bare}%`,
          ]),
        ),
      );
    }
    const [a, b] = [at(ours, 0.5), at(theirs, 0.5)];
    medians.push(a);
    const cells = [
      `${a.toFixed(1)}`.padStart(17),
      at(ours, 0.99).toFixed(1).padStart(9),
      b.toFixed(1).padStart(14),
      at(theirs, 0.99).toFixed(1).padStart(9),
    ];
    console.log(`${`${shape} (${found})`.padEnd(34)}${cells.join("")}${(a / b).toFixed(2).padStart(8)}`);
  }
  console.log(`median of the shapes: ${at(medians, 0.5).toFixed(1)} ms (wanted: 20)`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function at(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}
