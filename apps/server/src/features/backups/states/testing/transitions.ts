import { expect, test } from "vitest";
import type { Queryable } from "../../../../platform/database/database.ts";

/** A named change of a row. */
export interface Transition {
  /** From which state to which; from all others it is forbidden. */
  readonly to: Readonly<Record<string, string>>;
  /** Fulfils with what the transition answers: true, a row or a count where it happened; false, null, undefined or 0 where not. */
  run(db: Queryable, id: string): Promise<unknown>;
  /** SQL that sets the row's other columns first, so that nothing but its state forbids the transition. */
  readonly given?: string;
}

export interface TransitionsOptions {
  table: "backups" | "restores" | "rehearsals";
  states: readonly string[];
  db(): Queryable;
  /** A new row in this state. Returns its id. */
  make(state: string): Promise<string>;
  transitions: Readonly<Record<string, Transition>>;
}

/**
 * A test for every transition from every state: it goes where its table says, or it answers that it did not happen, and the row was not
 * written at all (`xmin` names the transaction that wrote it last).
 */
export function testTransitions({ table, states, db, make, transitions }: TransitionsOptions): void {
  const read = async (id: string) => {
    const { rows } = await db().query<{ written: string; status: string; deleted: boolean }>(
      `select xmin::text as written, status, to_jsonb(r)->>'deleted_at' is not null as deleted from holdfast.${table} r where id = $1`,
      [id],
    );
    const { written, status, deleted } = rows[0] as (typeof rows)[0];
    return { written, state: deleted ? "deleted" : status };
  };
  for (const [name, { to, run, given }] of Object.entries(transitions)) {
    for (const from of states) {
      const goal = to[from];
      test(`${name}: ${from} → ${goal ?? "refused"}`, async () => {
        const id = await make(from);
        if (given) await db().query(`update holdfast.${table} set ${given} where id = $1`, [id]);
        const before = await read(id);
        const answer = await run(db(), id);
        const after = await read(id);
        if (goal === undefined) {
          expect(Boolean(answer)).toBe(false);
          expect(after).toEqual(before);
        } else {
          expect(Boolean(answer)).toBe(true);
          expect(after.state).toBe(goal);
          expect(after.written).not.toBe(before.written);
        }
      });
    }
  }
}
