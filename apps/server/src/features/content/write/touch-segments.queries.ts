import { statement } from "../../../platform/database/statement.ts";

/** Makes the rows that are missing, and touches those that were not for an hour. */
export const touchSegments = statement<[sha256: Buffer[], size: number[]]>(
  `insert into holdfast.segments as s (sha256, size) select * from unnest($1::bytea[], $2::int[])
   on conflict (sha256) do update set touched_at = now() where s.touched_at < now() - interval '1 hour'`,
  { name: "touch-segments" },
);
