import { statement } from "../../../platform/database/statement.ts";

export const findSettings = statement<[keys: string[]], { key: string; value: unknown }>(
  "select key, value from holdfast.settings where key = any($1)",
);

export const findSetting = statement<[key: string], { value: unknown }>(
  "select value from holdfast.settings where key = $1",
);

export const saveSetting = statement<[key: string, value: string]>(
  `insert into holdfast.settings (key, value) values ($1, to_jsonb($2::text))
   on conflict (key) do update set value = excluded.value, updated_at = now()`,
);

/** @returns what is set from now on: the value that was there already, or this one */
export const saveSettingOnce = statement<[key: string, value: string], { value: unknown }>(
  `insert into holdfast.settings (key, value) values ($1, to_jsonb($2::text))
   on conflict (key) do update set key = excluded.key returning value`,
);

export const deleteSetting = statement<[key: string]>("delete from holdfast.settings where key = $1");

/** What the triggers that follow an identity provider's groups go by: patterns of `like`, and names. */
export const saveGroupSettings = statement<[wanted: string[], made: boolean, signInGroup: string | null]>(
  `insert into holdfast.settings (key, value)
   values ('groups-wanted', to_jsonb($1::text[])), ('groups-made', to_jsonb($2::boolean)),
     ('sign-in-group', coalesce(to_jsonb($3::text), 'null'))
   on conflict (key) do update set value = excluded.value, updated_at = now()
   where holdfast.settings.value is distinct from excluded.value`,
);

/** What the triggers that mirror accounts give each new one, and judge it by. */
export const saveDefaults = statement<[quota: number | null, signup: string, identityService: string]>(
  `insert into holdfast.settings (key, value)
   values ('default-quota', coalesce(to_jsonb($1::bigint), 'null')), ('default-signup', to_jsonb($2::text)),
     ('identity-service', to_jsonb($3::text))
   on conflict (key) do update set value = excluded.value, updated_at = now()
   where holdfast.settings.value is distinct from excluded.value`,
);
