import { statement } from "../database/statement.ts";

export const findValue = statement<[key: string], { value: unknown }>(
  "select value from holdfast.settings where key = $1",
);

export const saveValue = statement<[key: string, value: string]>(
  `insert into holdfast.settings (key, value) values ($1, $2)
   on conflict (key) do update set value = excluded.value, updated_at = now()`,
);

export const deleteValue = statement<[key: string]>("delete from holdfast.settings where key = $1");

/** Sent when the transaction commits. */
export const notify = statement<[channel: string, key: string], { pg_notify: unknown }>("select pg_notify($1, $2)");
