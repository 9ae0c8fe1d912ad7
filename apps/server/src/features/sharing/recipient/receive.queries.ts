import { statement } from "../../../platform/database/statement.ts";

type Received = [linkId: string, files: number, bytes: number, defaultMaxFiles: number, defaultMaxBytes: number];

/** The link's row is the queue that simultaneous uploads wait in. No row where it would pass one of the limits. */
export const receive = statement<Received, { received_bytes: number }>(
  `update holdfast.sharing_links set received_files = received_files + $2, received_bytes = received_bytes + $3
   where id = $1 and revoked_at is null and received_files + $2 <= coalesce(max_files, $4) and received_bytes + $3 <= coalesce(max_bytes, $5)
   returning received_bytes`,
);

export const giveBack = statement<[linkId: string, files: number, bytes: number]>(
  `update holdfast.sharing_links set received_files = greatest(0, received_files - $2), received_bytes = greatest(0, received_bytes - $3)
   where id = $1`,
);
