import { statement } from "../../../platform/database/statement.ts";

export const saveChunks = statement<[targetId: string, sha256: Buffer[], chunks: Buffer[]]>(
  `insert into holdfast.segment_chunks (target_id, sha256, chunks) select distinct on (s.sha256) $1, s.*
   from unnest($2::bytea[], $3::bytea[]) s (sha256, chunks) order by s.sha256
   on conflict (target_id, sha256) do update set chunks = excluded.chunks where segment_chunks.chunks <> excluded.chunks`,
);
