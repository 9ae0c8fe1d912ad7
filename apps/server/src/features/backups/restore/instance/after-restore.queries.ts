import { statement } from "../../../../platform/database/statement.ts";

export const deleteSetting = statement<[key: string]>("delete from holdfast.settings where key = $1");

export const recordTime = statement<[key: string]>(
  `insert into holdfast.settings (key, value) values ($1, to_jsonb(now()))
   on conflict (key) do update set value = excluded.value, updated_at = now()`,
);

export const listUnhashed = statement<[], { id: string }>("select id from holdfast.contents where sha256 is null");
