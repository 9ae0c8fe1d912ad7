import { statement } from "../database/statement.ts";

export const recordBeat = statement<[key: string]>(
  `insert into holdfast.settings (key, value) values ($1, to_jsonb(now()))
   on conflict (key) do update set value = excluded.value, updated_at = now()`,
);

export const findSilence = statement<[key: string], { ms: number }>(
  "select (extract(epoch from now() - updated_at) * 1000)::float8 as ms from holdfast.settings where key = $1",
);
