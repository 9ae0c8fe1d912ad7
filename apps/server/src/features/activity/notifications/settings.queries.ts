import { statement } from "../../../platform/database/statement.ts";

export interface SettingsRow {
  digest: "at-once" | "hourly" | "daily" | "never";
  page_off: string[];
  mail_off: string[];
}

export const findSettings = statement<[userId: string], SettingsRow>(
  "select digest, page_off, mail_off from holdfast.notification_settings where user_id = $1",
);

/** Kinds are taken out of the lists first and then added: what is in neither stays. */
export const saveSettings = statement<
  [
    userId: string,
    digest: string | null,
    pageOff: readonly string[],
    pageOn: readonly string[],
    mailOff: readonly string[],
    mailOn: readonly string[],
  ],
  SettingsRow
>(
  `insert into holdfast.notification_settings as s (user_id, digest, page_off, mail_off)
   values ($1, coalesce($2::text, 'daily'), $3::text[], $5::text[])
   on conflict (user_id) do update set digest = coalesce($2::text, s.digest),
     page_off = array(select k from unnest(s.page_off) k where k <> all ($3::text[] || $4::text[])) || $3::text[],
     mail_off = array(select k from unnest(s.mail_off) k where k <> all ($5::text[] || $6::text[])) || $5::text[]
   returning digest, page_off, mail_off`,
);
