const MIB = 2 ** 20;

/** What a disk of this size keeps back, in bytes. */
export interface SpaceLimits {
  /** Uploads and backups leave so much free. */
  readonly kept: number;
  /** Size of the reserve file, for the database and clean-up alone. */
  readonly reserve: number;
}

/**
 * With less free than this the reserve is given back. PostgreSQL stops for good where its log cannot have its next segment of 16 MiB, at
 * a start as well: two of them, and a little.
 */
export const criticalBytes = 40 * MIB;
/** On the database's disk, uploads end before that, whatever the settings say. */
const leastKept = 48 * MIB;

/** Free bytes without which no rows are added either, but for signing in and for what makes room. */
export function rowsKept({ kept }: SpaceLimits): number {
  return Math.max(criticalBytes, kept / 2);
}

/**
 * @param minFreeSpace What the operator says is to stay free; null: 500 MiB, at most a twentieth of the disk.
 * @param withDatabase Whether the embedded database lies on it.
 */
export function spaceLimits(diskBytes: number, minFreeSpace: number | null, withDatabase: boolean): SpaceLimits {
  const wanted = minFreeSpace ?? Math.min(500 * MIB, Math.floor(diskBytes / 20));
  return {
    kept: withDatabase ? Math.max(leastKept, wanted) : wanted,
    reserve: Math.floor(Math.min(256 * MIB, Math.max(64 * MIB, diskBytes / 50), diskBytes / 5) / MIB) * MIB,
  };
}

/**
 * Settings of PostgreSQL that fit a disk: its log never needs more than what is kept back for it, and what one query puts aside never
 * takes a small disk's last byte.
 */
export function databaseSpaceSettings(diskBytes: number, { kept, reserve }: SpaceLimits): Record<string, string> {
  // The least that PostgreSQL takes is two segments of its log.
  const log = Math.min(512, Math.max(32, Math.floor(((kept + reserve) / MIB) * (2 / 3))));
  return {
    max_wal_size: `${log}MB`,
    min_wal_size: `${Math.min(64, log)}MB`,
    temp_file_limit: `${Math.max(64, Math.floor(diskBytes / MIB / 20))}MB`,
  };
}
