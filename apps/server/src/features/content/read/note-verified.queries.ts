import { statement } from "../../../platform/database/statement.ts";

/** A day's difference says nothing to the scrub, which reads each within thirty: so a segment's row changes once a day at most. */
export const noteVerified = statement<[sha256: readonly Buffer[]], { sha256: Buffer; was: "stored" | "bad" }>(
  `with due as materialized (
     select sha256, state from holdfast.segments
     where sha256 = any($1::bytea[]) and (verified_at is null or verified_at < now() - interval '1 day' or state = 'bad')
     order by sha256 for update
   )
   update holdfast.segments s set verified_at = now(), state = 'stored' from due where s.sha256 = due.sha256
   returning s.sha256, due.state as was`,
);
