import { statement, statementFamily } from "../../../apps/server/src/platform/database/statement.ts";

/** Statements as they should not be, for the test of the check; the names say what is wrong with each. */
export const right = statement<[id: string], { id: string; content_id: string | null; at: Date }>(
  "select id, content_id, uploaded_at as at from holdfast.files where id = $1",
);
export const rightWithoutRow = statement<[ids: readonly string[]]>("delete from holdfast.files where id = any($1)");
export const rightInBothOrders = statementFamily<"asc" | "desc", [parent: string], { id: string }>(
  ["asc", "desc"],
  (order) => ({ text: `select id from holdfast.files where parent_id = $1 order by name ${order}` }),
);
export const rightByItsCondition = statement<[], { trashed_at: Date }>(
  "select trashed_at from holdfast.files where trashed_at is not null",
  { notNull: ["trashed_at"] },
);
export const nullForgotten = statement<[id: string], { content_id: string }>(
  "select content_id from holdfast.files where id = $1",
);
export const typeOfColumn = statement<[], { id: number }>("select id from holdfast.files");
export const typeOfValue = statement<[id: number]>("delete from holdfast.files where id = $1");
export const valueForgotten = statement<[], { id: string }>("select id from holdfast.files where id = $1");
export const columnForgotten = statement<[], { id: string }>("select id, name from holdfast.files");
export const columnTooMany = statement<[], { id: string; named: string }>("select id from holdfast.files");
export const columnThatIsGone = statement<[], { id: string }>("select idd as id from holdfast.files");
export const variantThatFails = statementFamily<"asc" | "down", [], { id: string }>(["asc", "down"], (order) => ({
  text: `select id from holdfast.files order by name ${order}`,
}));
