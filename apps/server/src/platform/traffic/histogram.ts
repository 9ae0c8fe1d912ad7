/** Durations counted in buckets whose bounds grow by a constant factor: any quantile is read from the counts within a tenth of its value. */

/** Everything up to this many milliseconds is in bucket 0. */
const LEAST_MS = 0.5;
/** Buckets to a doubling. */
const PER_DOUBLING = 4;
/** The last one takes whatever is longer: a little over two minutes. */
const LAST = 72;

export function bucketOf(ms: number): number {
  if (!(ms > LEAST_MS)) return 0;
  return Math.min(LAST, Math.ceil(Math.log2(ms / LEAST_MS) * PER_DOUBLING));
}

/** Up to how many milliseconds a bucket takes. */
export function boundOf(bucket: number): number {
  return LEAST_MS * 2 ** (bucket / PER_DOUBLING);
}

/** Counts by bucket, as two lists of one length, buckets ascending. */
export interface Histogram {
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
}

/** In milliseconds; null where nothing was counted. @param share from 0 to 1 */
export function quantileOf({ buckets, counts }: Histogram, share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [index, bucket] of buckets.entries()) {
    const count = counts[index] as number;
    if (below + count >= rank) {
      const part = count === 0 ? 1 : (rank - below) / count;
      // Between its bounds by their logarithm, as the buckets themselves are made.
      return bucket === 0 ? LEAST_MS * part : boundOf(bucket - 1 + part);
    }
    below += count;
  }
  return boundOf(buckets.at(-1) as number);
}
