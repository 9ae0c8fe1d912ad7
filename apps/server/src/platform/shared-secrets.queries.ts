import { statement } from "./database/statement.ts";

/** All fingerprints of an installation are one row of its settings. */
export const secretsSetting = "secret-fingerprints";

/** Enters the fingerprint of a secret where there is none, and says which one there is. */
export const recordFingerprint = statement<[key: string, name: string, fingerprint: string], { fingerprint: string }>(
  `insert into holdfast.settings (key, value) values ($1, jsonb_build_object($2::text, $3::text))
   on conflict (key) do update set value = jsonb_build_object($2::text, $3::text) || holdfast.settings.value, updated_at = now()
   returning value ->> $2 as fingerprint`,
);

export const findFingerprint = statement<[key: string, name: string], { fingerprint: string | null }>(
  "select value ->> $2 as fingerprint from holdfast.settings where key = $1",
);

/** Whatever secrets lie in the data folder at the next start become this installation's. */
export const forgetFingerprints = statement<[key: string]>("delete from holdfast.settings where key = $1");
