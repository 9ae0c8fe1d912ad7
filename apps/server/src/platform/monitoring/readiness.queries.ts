import { statement } from "../database/statement.ts";

/** Whether the database answers. */
export const ping = statement<[], { one: number }>("select 1 as one");
