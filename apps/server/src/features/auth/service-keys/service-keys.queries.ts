import { statement } from "../../../platform/database/statement.ts";

export interface ServiceKeyRow {
  id: string;
  name: string;
  created_at: Date;
  revoked_at: Date | null;
}

export const listServiceKeys = statement<[], ServiceKeyRow>(
  "select id, name, created_at, revoked_at from holdfast.service_keys order by created_at, id",
);

export const insertServiceKey = statement<[id: string, name: string, now: Date]>(
  "insert into holdfast.service_keys (id, name, created_at) values ($1, $2, $3)",
);

export const revokeServiceKey = statement<[id: string, now: Date], { name: string }>(
  "update holdfast.service_keys set revoked_at = $2 where id = $1 and revoked_at is null returning name",
);

export const revokeServiceKeysNamed = statement<[name: string, now: Date]>(
  "update holdfast.service_keys set revoked_at = $2 where name = $1 and revoked_at is null",
);

/** Whether a key is known, and from when on unknown ones count. */
export const judgeServiceKey = statement<[id: string | null], { revoked: boolean | null; counts_from: string | null }>(
  `select (select revoked_at is not null from holdfast.service_keys where id = $1) as revoked,
     (select value #>> '{}' from holdfast.settings where key = 'service-keys-from') as counts_from`,
);
