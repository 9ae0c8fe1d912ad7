import { inGroups } from "../in-groups.ts";

/** A row that says which of the questions it answers, counted from 1 (`with ordinality`). */
export interface Answering {
  nth: number;
}

/**
 * One question of many requests: those that come while a statement is under way are asked by the next one, together. Each is answered by
 * what the database says after it was asked, as if it had been asked alone, at a fraction of its cost; a request that is alone waits for nobody.
 * @param ask one statement for all; what it throws, all of its questions throw
 */
export function askedTogether<Question, Row extends Answering>(
  ask: (questions: Question[]) => Promise<Row[]>,
): (question: Question) => Promise<Row | undefined> {
  return inGroups(async (questions) => {
    const answers: (Row | undefined)[] = questions.map(() => undefined);
    for (const row of await ask(questions)) answers[row.nth - 1] = row;
    return answers;
  });
}
