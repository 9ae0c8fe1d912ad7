import { statement } from "../../../platform/database/statement.ts";

/** Held to the end of the transaction. */
export const takeTransactionLock = statement<[key: number], { locked: string }>(
  "select pg_advisory_xact_lock($1)::text as locked",
);
