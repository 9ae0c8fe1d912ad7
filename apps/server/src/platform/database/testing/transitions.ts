import { expect, test } from "vitest";
import type { Queryable } from "../database.ts";

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
  table: "backups" | "restores" | "rehearsals" | "sharing_links" | "uploads";
  /** SQL: the state of a row `r`, where it is not the column `status` and the mark of deletion. A row that is not there is `gone`. */
  stateOf?: string;
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
export function testTransitions({ table, stateOf, states, db, make, transitions }: TransitionsOptions): void {
  const state = stateOf ?? "case when to_jsonb(r)->>'deleted_at' is not null then 'deleted' else status end";
  const read = async (id: string) => {
    const { rows } = await db().query<{ written: string; state: string }>(
      `select xmin::text as written, ${state} as state from holdfast.${table} r where id = $1`,
      [id],
    );
    return rows[0] ?? { written: "", state: "gone" };
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
