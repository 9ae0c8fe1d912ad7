import type pg from "pg";
import { childSeen } from "../../../apps/server/src/features/access/index.ts";
import { listFiles } from "../../../apps/server/src/features/files/listing/list-files.ts";
import { createDatabase } from "../../../apps/server/src/platform/database/database.ts";
import { one } from "./fill-files.ts";
import { fillGrants, two } from "./fill-grants.ts";
import { type Asked, recordStatements } from "./plans.ts";

const checkWithinMs = 0.3;
const listWithin = 1.1;
const checks = 2_000;
const rounds = 400;

/**
 * What grants cost: a check by who has a role by a group, in PostgreSQL alone, and the list of a folder of a hundred beside the same statement
 * without a look at what stops inheritance.
 */
export async function measureGranted(pool: pg.Pool): Promise<string[]> {
  const { folderId, fileId } = await fillGrants(pool);
  const missed: string[] = [];
  const check = async (who: string, of: string) => {
    const begin = performance.now();
    await pool.query(
      `do $$ begin for n in 1..${checks} loop perform * from holdfast.access_to('${who}', array['${of}'::uuid]); end loop; end $$`,
    );
    return (performance.now() - begin) / checks;
  };
  for (const [what, who, of] of [
    ["a check of one's own file", one, fileId],
    ["a check by a grant 20 folders above", two, fileId],
    ["a check of a file that one does not see", two, await elsewhere(pool)],
  ] as const) {
    await check(who, of);
    const ms = Math.min(await check(who, of), await check(who, of), await check(who, of));
    console.log(`${what.padEnd(40)}${ms.toFixed(3).padStart(8)} ms in PostgreSQL`);
    if (ms > checkWithinMs) missed.push(`${what}: ${ms.toFixed(3)} ms`);
  }
  for (const [what, who] of [
    ["a list of 100 for their owner", one],
    ["a list of 100 by a grant", two],
  ] as const) {
    const { ours, former } = await lists(pool, who, folderId);
    const ratio = ours / former;
    console.log(
      `${what.padEnd(40)}${ours.toFixed(3).padStart(8)} ms, ${former.toFixed(3)} ms without: ${ratio.toFixed(2)} ×`,
    );
    if (ratio > listWithin) missed.push(`${what}: ${ratio.toFixed(2)} ×`);
  }
  return missed;
}

async function elsewhere(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    "select f.id from holdfast.files f join holdfast.files p on p.id = f.parent_id where p.name = 'Everything' limit 1",
  );
  return rows[0]?.id as string;
}

/** The statement of a list, and the same without the condition, by turns. */
async function lists(pool: pg.Pool, who: string, folderId: string) {
  const { db, statements } = recordStatements(createDatabase(pool));
  await listFiles({ db } as never, who, { sort: "name", order: "asc", limit: 100, parentId: folderId });
  const asked = statements[0] as Asked;
  const condition = `and ${childSeen("f", "$3")}`;
  if (!asked.text.includes(condition)) throw new Error("a list has another condition now: mend this bench");
  const without = asked.text.replaceAll(condition, "and ($3::uuid is not null)");
  const time = async (text: string, name: string) => {
    const begin = performance.now();
    await pool.query({ name, text, values: [...asked.values], rowMode: "array" });
    return performance.now() - begin;
  };
  const ours: number[] = [];
  const former: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await time(asked.text, `ours ${who}`));
    former.push(await time(without, `former ${who}`));
  }
  const median = (times: number[]) => times.slice(20).sort((a, b) => a - b)[Math.floor((rounds - 20) / 2)] as number;
  return { ours: median(ours), former: median(former) };
}
